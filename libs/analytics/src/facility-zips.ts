import { type Region, UNKNOWN } from '#vocabulary';
import { type Engine, facilityPlaces } from '#warehouse';

/**
 * In which zip each facility lies, at hand without waiting: who may see the facilities of a county is decided for every
 * request. A facility that has just come is known some seconds later; until then only those see it who see everything.
 */
export interface FacilityZips {
  /** The zip of a facility as a region; undefined for one that is not known, or whose place is not. */
  zipOf(facility: Region, dataset: string): Region | undefined;
  /** There was a commit: places may be others. */
  changed(): void;
  /** Resolves when what was committed before is known. */
  look(): Promise<void>;
  close(): void;
}

/** Places are read again at most so often. */
const APART_MS = 5_000;

export async function openFacilityZips({
  engine,
  datasets,
  onError,
}: {
  readonly engine: Engine;
  readonly datasets: () => Iterable<string>;
  readonly onError: (error: unknown) => void;
}): Promise<FacilityZips> {
  let zips: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map();
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const read = new Map<string, ReadonlyMap<string, string>>();
    for (const dataset of datasets()) {
      const places = await facilityPlaces(engine, dataset);
      read.set(dataset, new Map(places.map(({ facility, zip }) => [facility, zip])));
    }
    zips = read;
  }

  await look();
  return {
    zipOf({ code: facility }, dataset) {
      const code = zips.get(dataset)?.get(facility);
      return code === undefined || code === UNKNOWN ? undefined : { level: 'zip', code };
    },
    changed() {
      timer ??= setTimeout(() => {
        timer = undefined;
        look().catch(onError);
      }, APART_MS).unref();
    },
    look,
    close: () => clearTimeout(timer),
  };
}

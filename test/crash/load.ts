import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Day, STATUS, type Status, formatDay, parseDay } from '#vocabulary';
import { type Random, seeded } from './random.js';

/** What a submission says, written down while it is made: the model knows it without reading the file. */
export interface Said {
  readonly facility: string;
  readonly day: Day;
  /** What a later version replaces: '' for the whole facility-day, else the file or the record. */
  readonly unit: string;
  /** The sender's number. */
  readonly version: number;
  readonly zip: string;
  /** By category|flag. */
  readonly cells: ReadonlyMap<string, { readonly status: Status; readonly value: number }>;
}

export interface Made {
  readonly feed: string;
  readonly dataset: string;
  readonly name: string;
  readonly content: Buffer;
  readonly sha256: string;
  /** Equal for a file that is the same submission sent again. */
  readonly identity: string;
  readonly state: 'loaded' | 'quarantined';
  readonly rows: { readonly read: number; readonly accepted: number; readonly faults: number };
  readonly said: readonly Said[];
}

/** Days around a new year: two partitions. */
const FIRST = parseDay('2024-12-28')!;
const DAYS = 8;
const LISTED = ['19401', '19403', '19019', '08002', '08608', '07030', '10001', '11201', '99999'];
export const STATIONS: Readonly<Record<string, string>> = {
  S1: '19401', S2: '19019', S3: '08002', S4: '10001', S5: '99999',
}; // prettier-ignore

const numbered = (letter: string, n: number): string[] => Array.from({ length: n }, (_, i) => `${letter}${i + 1}`);
const CLINICS = numbered('C', 14);
const HOSPITALS = numbered('H', 7);
const CASES = numbered('case-', 50);

interface Parts {
  readonly feed: string;
  readonly dataset: string;
  readonly name: string;
  readonly content: string | Buffer;
  readonly rows?: Made['rows'];
  readonly said?: readonly Said[];
}

/** The same file of the same feed, saying the same about itself, is the same submission; how often it came does not count. */
export function identityOf({ feed, name, sha256 }: Pick<Made, 'feed' | 'name' | 'sha256'>): string {
  const stated = feed === 'hospitals' ? '' : (/^([^_]+_[^_]+_v\d+)(?:\.\d+)?\./.exec(name)?.[1] ?? '');
  return [feed, stated, sha256].join('|');
}

function made({ feed, dataset, name, content, rows, said }: Parts): Made {
  const bytes = Buffer.from(content);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    feed,
    dataset,
    name,
    content: bytes,
    sha256,
    identity: identityOf({ feed, name, sha256 }),
    state: said ? 'loaded' : 'quarantined',
    rows: rows ?? { read: 0, accepted: 0, faults: 1 },
    said: said ?? [],
  };
}

/** Rows that are refused one by one. */
const BAD_VISITS = ['2024-12-30,fever,Y,-3', '2024-12-31,plague,Y,3', '2025-01-01,rash,Q,3', 'yesterday,rash,N,3'];

/** Submissions of every kind, without end: new ones, corrections, older versions late, resends, damage. */
export class Sender {
  readonly #random: Random;
  readonly #zips = new Map<string, string>();
  readonly #sent: Made[] = [];
  #serial = 0;

  constructor(seed: number) {
    this.#random = seeded(seed);
    for (const name of [...CLINICS, ...HOSPITALS]) this.#zips.set(name, this.#random.of(LISTED));
  }

  /** A few submissions, `first` among them what leads to a step. */
  round(first: 'any' | 'mover' | 'damaged' | 'units'): Made[] {
    const random = this.#random;
    const kinds = [
      () => this.clinic(),
      () => this.mover(),
      () => this.station(),
      () => this.hospital(),
      () => this.damaged(),
    ];
    const lead = {
      any: () => [this.clinic()],
      mover: () => [this.mover(), this.mover()],
      damaged: () => [this.damaged()],
      units: () => [this.station(), this.hospital()],
    };
    const list = lead[first]();
    for (let i = random.below(5); i > 0; i--) list.push(random.chance(0.2) ? this.resent() : random.of(kinds)());
    return list;
  }

  /** A clinic that has just moved. */
  mover(): Made {
    const clinic = this.#random.of(CLINICS);
    this.#zips.set(clinic, this.#random.of(LISTED));
    return this.clinic(clinic);
  }

  clinic(clinic = this.#random.of(CLINICS)): Made {
    const random = this.#random;
    const first = FIRST + random.below(DAYS);
    const last = Math.min(FIRST + DAYS - 1, first + random.below(4));
    const version = 1 + random.below(9);
    const zip = this.#zips.get(clinic)!;
    const lines: string[] = [];
    const said: Said[] = [];
    for (let day = first; day <= last; day++) {
      const cells = new Map<string, { status: Status; value: number }>();
      for (const syndrome of ['fever', 'rash', 'cough']) {
        for (const admitted of ['Y', 'N']) {
          if (cells.size > 0 && random.chance(0.4)) continue;
          const status = random.chance(0.8) ? STATUS.reported : random.of([STATUS.missing, STATUS.suppressed]);
          const value = status === STATUS.reported ? random.below(30) : 0;
          cells.set(`${syndrome}|${admitted}`, { status, value });
          const written = status === STATUS.missing ? 'NA' : status === STATUS.suppressed ? '*' : value;
          lines.push([clinic, zip, formatDay(day), syndrome, admitted, written].join());
        }
      }
      said.push({ facility: clinic, day, unit: '', version, zip, cells });
    }
    const accepted = lines.length;
    const bad = random.chance(0.25) && accepted > 1 ? 1 : 0;
    // A bad row is of a day that has good ones, so that it says nothing by itself.
    if (bad) lines.splice(random.below(accepted), 0, this.#badVisit(clinic, zip, first));
    const text = `clinic,zip,day,syndrome,admitted,count\n${lines.join('\n')}\n`;
    const isPacked = random.chance(0.3);
    return this.#remember(
      made({
        feed: 'clinics',
        dataset: 'visits',
        name: `${clinic}_${formatDay(first)}_v${version}.csv${isPacked ? '.gz' : ''}`,
        content: isPacked ? gzipSync(text) : text,
        rows: { read: accepted + bad, accepted, faults: bad },
        said,
      }),
    );
  }

  #badVisit(clinic: string, zip: string, day: Day): string {
    const [when, ...rest] = this.#random.of(BAD_VISITS).split(',');
    return [clinic, zip, when === 'yesterday' ? when : formatDay(day), ...rest].join();
  }

  /** A window of a day; late calls belong to the day before. Every call counts one; a window may be empty. */
  station(): Made {
    const random = this.#random;
    const station = random.of(Object.keys(STATIONS));
    const day = FIRST + random.below(DAYS);
    const period = `${formatDay(day)}${random.of(['a', 'b'])}`;
    const version = 1 + random.below(9);
    const calls = new Map<Day, string[]>();
    const lines: string[] = [];
    for (let i = random.below(7); i > 0; i--) {
      const on = random.chance(0.3) ? day - 1 : day;
      const reason = random.of(['fall', 'burn', 'chest']);
      calls.set(on, [...(calls.get(on) ?? []), reason]);
      lines.push([station, formatDay(on), reason].join());
    }
    if (lines.length === 0) calls.set(day, []);
    const said = [...calls].map(([on, reasons]): Said => {
      const cells = new Map<string, { status: Status; value: number }>();
      for (const reason of reasons) {
        const key = `${reason}|all`;
        cells.set(key, { status: STATUS.reported, value: (cells.get(key)?.value ?? 0) + 1 });
      }
      return { facility: station, day: on, unit: `${station} ${period}`, version, zip: '', cells };
    });
    return this.#remember(
      made({
        feed: 'stations',
        dataset: 'calls',
        name: `${station}_${period}_v${version}.csv`,
        content: `station,day,reason\n${lines.map((line) => `${line}\n`).join('')}`,
        rows: { read: lines.length, accepted: lines.length, faults: 0 },
        said,
      }),
    );
  }

  /** Cases of a line list; a revision may lie on another day and in another hospital. */
  hospital(): Made {
    const random = this.#random;
    const said: Said[] = [];
    const lines: string[] = [];
    const ids = new Set(Array.from({ length: 1 + random.below(5) }, () => random.of(CASES)));
    for (const id of ids) {
      const hospital = random.of(HOSPITALS);
      const zip = this.#zips.get(hospital)!;
      const day = FIRST + random.below(DAYS);
      const version = 1 + random.below(9);
      const disease = random.of(['measles', 'mumps']);
      lines.push([id, version, hospital, zip, formatDay(day), disease].join());
      const cells = new Map([[`${disease}|all`, { status: STATUS.reported, value: 1 }]]);
      said.push({ facility: hospital, day, unit: id, version, zip, cells });
    }
    const bad = random.chance(0.2) ? 1 : 0;
    if (bad) lines.push([random.of(CASES), 9, 'H1', '19401', '2025-01-01', 'dragon pox'].join());
    return this.#remember(
      made({
        feed: 'hospitals',
        dataset: 'cases',
        name: `list-${++this.#serial}.csv`,
        content: `case,revision,hospital,zip,day,disease\n${lines.join('\n')}\n`,
        rows: { read: lines.length, accepted: lines.length - bad, faults: bad },
        said,
      }),
    );
  }

  /** Kept, told to the sender, and never counted. */
  damaged(): Made {
    const random = this.#random;
    const mark = `${++this.#serial}`;
    const head = 'clinic,zip,day,syndrome,admitted,count\n';
    const name = `C1_2025-01-0${1 + random.below(4)}_v${90 + random.below(9)}`;
    const clinics = { feed: 'clinics', dataset: 'visits' };
    const cut = gzipSync(`${head}C1,19401,2025-01-01,fever,Y,${mark}\n`).subarray(0, -9);
    return this.#remember(
      random.of([
        () => made({ ...clinics, name: `${name}.csv.gz`, content: cut }),
        () => made({ ...clinics, name: `${name}.csv`, content: `clinic,zip,syndrome\nC1,19401,${mark}\n` }),
        () => made({ ...clinics, name: `${name}.csv`, content: `${head}C1,19401,2025-01-01,plague,Y,${mark}\n` }),
        () => made({ ...clinics, name: `untold-${mark}.csv`, content: `${head}C1,19401,2025-01-01,fever,Y,1\n` }),
      ])(),
    );
  }

  /** A file that was sent before, once more; also under the name of a repetition. */
  resent(): Made {
    const earlier = this.#random.of(this.#sent);
    const isRepeated = this.#random.chance(0.5) && earlier.feed !== 'hospitals' && earlier.name.includes('_v');
    return isRepeated ? { ...earlier, name: earlier.name.replace('.', '.2.') } : earlier;
  }

  #remember(submission: Made): Made {
    this.#sent.push(submission);
    if (this.#sent.length > 40) this.#sent.shift();
    return submission;
  }
}

import { Controller, Get, Query } from '@nestjs/common';
import type { MapAnswer, Questions } from '#analytics';
import { type Day, formatDay, NATION, type Region, regionKey, type StatusName } from '#vocabulary';
import { BEDS, lastDayOf, read } from '../ask/index.js';
import { Asking } from '../authorise/request.js';
import { json, Operation } from '../openapi/operation.js';

type Given = Readonly<Record<string, unknown>>;

const NATIONWIDE: Region = { level: 'nation', code: NATION };

interface Stated {
  readonly count: number | null;
  readonly status: StatusName;
}
interface Hospital {
  readonly facility: string;
  readonly capacity: Stated;
  readonly used: Stated;
}

const MISSING: Stated = { count: null, status: 'missing' };
const statedOf = ({ regions }: MapAnswer): Map<string, Stated> =>
  new Map(
    regions.map(({ region, total, status }) => [
      region.code,
      { count: total[0] ?? null, status: status[0] ?? 'missing' },
    ]),
  );

/** Beds that are free, and the share that is taken; null unless both are stated and there are any. */
function balance(capacity: number | null, used: number | null) {
  if (capacity === null || used === null) return { available: null, occupancy: null };
  return { available: capacity - used, occupancy: capacity === 0 ? null : Number((used / capacity).toFixed(4)) };
}

/** The fullest first; those of which it is not known last. */
const byOccupancy = (a: Hospital, b: Hospital): number => {
  const share = ({ capacity, used }: Hospital): number => balance(capacity.count, used.count).occupancy ?? -1;
  return share(b) - share(a) || (a.facility < b.facility ? -1 : 1);
};

function board(hospitals: readonly Hospital[], limit: number) {
  const stating = hospitals.filter(({ capacity, used }) => capacity.count !== null && used.count !== null);
  const sum = (of: (one: Hospital) => Stated): number | null =>
    stating.length === 0 ? null : stating.reduce((all, one) => all + (of(one).count ?? 0), 0);
  const [capacity, used] = [sum((one) => one.capacity), sum((one) => one.used)];
  return {
    hospitals: hospitals.length,
    stating: stating.length,
    capacity,
    used,
    ...balance(capacity, used),
    items: hospitals
      .toSorted(byOccupancy)
      .slice(0, limit)
      .map((one) => ({
        facility: one.facility,
        capacity: one.capacity.count,
        capacity_status: one.capacity.status,
        used: one.used.count,
        used_status: one.used.status,
        ...balance(one.capacity.count, one.used.count),
      })),
  };
}

async function hospitalsOf(
  questions: Questions,
  about: { dataset: string; within: Region; day: Day; capacity: string; used: string; asOf: number | undefined },
): Promise<Hospital[]> {
  const { dataset, within, day, asOf } = about;
  const ask = (category: string) =>
    questions.map({ dataset, category, level: 'facility', within, from: day, to: day, asOf });
  const [capacity, used] = await Promise.all([ask(about.capacity), ask(about.used)]);
  const [there, taken] = [statedOf(capacity), statedOf(used)];
  return [...there].map(([facility, stated]) => ({
    facility,
    capacity: stated,
    used: taken.get(facility) ?? MISSING,
  }));
}

/** Beds at the daily census. */
@Controller('v1/boards')
export class BedsController {
  @Get('beds')
  @Operation({
    id: 'getBeds',
    tag: 'series',
    summary: 'Beds that are taken and free',
    description:
      'Hospital by hospital, the fullest first. The sums are over the hospitals that state both numbers (`stating` of `hospitals`), so that what is free is never a difference of different hospitals. A number that is not stated is null, and its status says why.',
    parameters: BEDS,
    answers: { 200: json('Beds', 'The board.') },
  })
  async beds(@Asking() questions: Questions, @Query() given: Given) {
    const { dataset, region: within = NATIONWIDE, capacity, used, as_of: asOf, limit, ...asked } = read(BEDS, given);
    const day = asked.day ?? (await lastDayOf(dataset, questions));
    const hospitals = await hospitalsOf(questions, { dataset, within, day, capacity, used, asOf });
    return { dataset, region: regionKey(within), day: formatDay(day), ...board(hospitals, limit) };
  }
}

import { NATION, type Region } from '#vocabulary';
import type { Questions } from '../questions.js';

const MAP_DAYS = 28;
const LINE_DAYS = 60;
const MOST_CATEGORIES = 12;
const NATIONWIDE: Region = { level: 'nation', code: NATION };

/**
 * Asks what the first page of the dashboard will ask of each dataset, so that whoever opens it first does not wait for
 * the warehouse. For the start; one dataset after the other.
 */
export async function warmUpOverview(
  questions: Pick<Questions, 'datasets' | 'map' | 'series' | 'completeness'>,
): Promise<void> {
  for (const { id: dataset, categories, lastDay: to } of await questions.datasets()) {
    const first = categories[0];
    if (to === null || first === undefined) continue;
    const map = { dataset, category: first.id, from: to - MAP_DAYS + 1, to };
    const lines = { dataset, regions: [NATIONWIDE], from: to - LINE_DAYS + 1, to };
    await questions.map({ ...map, level: 'state' });
    await questions.map({ ...map, level: 'nation' });
    await questions.series({ ...lines, categories: categories.slice(0, MOST_CATEGORIES).map(({ id }) => id) });
    await questions.completeness(lines);
  }
}

import type { ChartQuestion, CompletenessQuestion, ProvenanceQuestion, SeriesQuestion } from '#analytics';
import { BellwetherError } from '#vocabulary';
import { LIMITS } from './limits.js';
import { type Asked, invalid } from './parameter.js';
import type { CHART, COMPLETENESS, PROVENANCE, SERIES } from './tables.js';
import { periodOf } from './time.js';

/** From what was read to what is asked; the bounds on the whole question stand here. */
export function seriesQuestion(asked: Asked<typeof SERIES>): SeriesQuestion {
  const { from, to } = periodOf(asked);
  const { dataset, category: categories, region: regions, flag, as_of: asOf } = asked;
  if (categories.length * regions.length * (to - from + 1) > LIMITS.values) {
    throw invalid('to', `at most ${LIMITS.values} values at once (categories × regions × days)`);
  }
  return { dataset, categories, regions, from, to, flag, asOf };
}

export function chartQuestion(asked: Asked<typeof CHART>, format: 'png' | 'svg'): ChartQuestion {
  const { width, height, show, theme } = asked;
  return { ...seriesQuestion(asked), width, height, show, theme, format };
}

export function completenessQuestion(asked: Asked<typeof COMPLETENESS>): CompletenessQuestion {
  const { from, to } = periodOf(asked);
  if (asked.region.length * (to - from + 1) > LIMITS.values)
    throw invalid('to', `at most ${LIMITS.values} values at once`);
  return { dataset: asked.dataset, regions: asked.region, from, to, asOf: asked.as_of };
}

export function provenanceQuestion(asked: Asked<typeof PROVENANCE>): ProvenanceQuestion {
  const { dataset, region, category, day, flag, as_of: asOf } = asked;
  return { dataset, region, category, day, flag, asOf };
}

/** The id of a submission as given; what cannot be one does not exist. */
export function submissionId(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new BellwetherError('UNKNOWN_SUBMISSION', 'an id has 64 hex digits');
  return text;
}

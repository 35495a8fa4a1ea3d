import type {
  CompletenessAnswer,
  CurveAnswer,
  DatasetInfo,
  DeadLetter,
  FacilityInfo,
  FeedInfo,
  ProvenanceAnswer,
  RegionInfo,
  RowError,
  SubmissionInfo,
} from '#analytics';
import { type Day, ERRORS, formatDay, isErrorCode, type Receipt, regionKey } from '#vocabulary';
import { formatInstant } from '../ask/index.js';
import type { FilePreview, FileRow } from '../services.js';
import { pick } from './pick.js';

/** Answers as REST shows them: snake case, ISO days and instants, regions as `level:code`. */

const dayOrNull = (day: Day | null): string | null => (day === null ? null : formatDay(day));
const instantOrNull = (instant: number | null): string | null => (instant === null ? null : formatInstant(instant));

export const datasetShape = (info: DatasetInfo) => ({
  id: info.id,
  title: info.title,
  unit: info.unit,
  kind: info.kind,
  absence: info.absence,
  categories: info.categories,
  flags: info.flags,
  unflagged: info.unflagged,
  cadence: info.cadence,
  time_zone: info.timeZone,
  first_day: dayOrNull(info.firstDay),
  last_day: dayOrNull(info.lastDay),
});

export const namedShape = ({ id, title }: { readonly id: string; readonly title: string }) => ({ id, title });

export const feedShape = (info: FeedInfo) => ({
  id: info.id,
  title: info.title,
  dataset: info.dataset,
  enabled: info.enabled,
  formats: info.formats,
  archives: info.archives,
  submissions: info.submissions,
  last_received_at: instantOrNull(info.lastReceivedAt),
});

export const regionShape = ({ region, name, parent, facilities }: RegionInfo) => ({
  region: regionKey(region),
  name,
  parent: parent && regionKey(parent),
  facilities,
});

export const facilityShape = (info: FacilityInfo) => ({
  dataset: info.dataset,
  facility: info.facility,
  zip: info.zip,
  county: info.county,
  state: info.state,
  first_active: formatDay(info.firstActive),
  last_active: formatDay(info.lastActive),
  closed_on: dayOrNull(info.closedOn),
});

/** Reporting ÷ participating; null on a day without participants. */
export const shareOf = ({ reporting, participating }: { reporting: number; participating: number }): number | null =>
  participating === 0 ? null : reporting / participating;

export const completenessShape = ({ dataset, regions }: CompletenessAnswer, fields?: readonly string[]) => ({
  dataset,
  regions: regions.map(({ region, days }) => ({
    region: regionKey(region),
    days: days.map((counts) =>
      pick(
        {
          day: formatDay(counts.day),
          reporting: counts.reporting,
          participating: counts.participating,
          completeness: shareOf(counts),
        },
        fields,
      ),
    ),
  })),
});

export const curveShape = ({ dataset, region, day, participating, arrivals, byHour }: CurveAnswer) => ({
  dataset,
  region: regionKey(region),
  day: formatDay(day),
  participating,
  arrivals: arrivals.map(({ at, reporting }) => ({ at: formatInstant(at), reporting })),
  by_hour: byHour,
});

export const provenanceShape = ({ total, contributions }: ProvenanceAnswer) => ({
  total,
  contributions: contributions.map(({ arrivedAt, ...contribution }) => ({
    ...contribution,
    arrived_at: formatInstant(arrivedAt),
  })),
});

export const submissionShape = (info: SubmissionInfo) => ({
  submission: info.submission,
  feed: info.feed,
  name: info.name,
  facility: info.facility,
  sha256: info.sha256,
  bytes: info.bytes,
  received_at: formatInstant(info.receivedAt),
  state: info.state,
  state_at: formatInstant(info.stateAt),
  code: info.code,
  detail: info.detail,
  rows_read: info.rowsRead,
  rows_accepted: info.rowsAccepted,
  rows_refused: info.rowsRefused,
  rev: info.rev,
  step: info.step,
  tries: info.tries,
  note: info.note,
});

/** What should be done about an error, for the person who looks at it. */
export const remedyOf = (code: string | null): string | null =>
  code !== null && isErrorCode(code) ? ERRORS[code].remedy : null;

export const deadLetterShape = (letter: DeadLetter) => ({
  submission: letter.submission,
  feed: letter.feed,
  name: letter.name,
  facility: letter.facility,
  state: letter.state,
  step: letter.step,
  code: letter.code,
  detail: letter.detail,
  remedy: remedyOf(letter.code),
  tries: letter.tries,
  at: formatInstant(letter.stateAt),
  received_at: formatInstant(letter.receivedAt),
});

export const submissionWithErrorsShape = ({ info, errors }: { info: SubmissionInfo; errors: readonly RowError[] }) => ({
  ...submissionShape(info),
  errors,
});

export const receiptShape = ({ receivedAt, ...receipt }: Receipt) => ({
  ...receipt,
  received_at: formatInstant(receivedAt),
});

export const fileRowShape = ({ day, ...row }: FileRow) => ({ ...row, day: formatDay(day) });

export const previewShape = ({ rowsRead, rowsAccepted, rowsRefused, problems, rows, ...preview }: FilePreview) => ({
  ...preview,
  problems: problems.map((problem) => ({ ...problem, suggestion: problem.suggestion ?? null })),
  rows_read: rowsRead,
  rows_accepted: rowsAccepted,
  rows_refused: rowsRefused,
  rows: rows.map(fileRowShape),
});

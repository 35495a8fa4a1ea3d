/** Forms of an answer that is a table; see tabular/. */
export const TABULAR_FORMS = ['csv', 'jsonl', 'arrow', 'parquet'] as const;
export type TabularForm = (typeof TABULAR_FORMS)[number];

/** Forms of an exported table: also one array of JSON, which for other answers is the form that they always have. */
export const EXPORT_FORMS = [...TABULAR_FORMS, 'json'] as const;
export type ExportForm = (typeof EXPORT_FORMS)[number];

/** The columns or members that `fields` chooses from, by answer. A test compares them with the answers. */
export const COLUMNS = {
  series: ['dataset', 'region', 'category', 'day', 'total', 'unflagged', 'status'],
  revisions: ['region', 'category', 'day', 'issued_at', 'lag', 'total', 'unflagged', 'status'],
  changes: ['region', 'category', 'day', 'before', 'before_status', 'after', 'after_status', 'rev', 'changes', 'changed_at'], // prettier-ignore
  completeness: ['dataset', 'region', 'day', 'reporting', 'participating', 'completeness'],
  datasets: ['id', 'title', 'unit', 'kind', 'absence', 'categories', 'flags', 'unflagged', 'cadence', 'time_zone', 'first_day', 'last_day'], // prettier-ignore
  categories: ['id', 'title'],
  feeds: ['id', 'title', 'dataset', 'enabled', 'formats', 'archives', 'submissions', 'last_received_at'],
  regions: ['region', 'name', 'parent', 'facilities'],
  facilities: ['dataset', 'facility', 'zip', 'county', 'state', 'first_active', 'last_active', 'closed_on'],
  submissions: ['submission', 'feed', 'name', 'facility', 'sha256', 'bytes', 'received_at', 'state', 'state_at', 'code', 'detail', 'rows_read', 'rows_accepted', 'rows_refused', 'rev', 'step', 'tries', 'note'], // prettier-ignore
  deadLetters: ['submission', 'feed', 'name', 'facility', 'state', 'step', 'code', 'detail', 'remedy', 'tries', 'at', 'received_at'], // prettier-ignore
  alarms: ['id', 'rule', 'dataset', 'region', 'category', 'day', 'first', 'last', 'regions', 'categories', 'strongest', 'value', 'expected', 'upperbound', 'p', 'recurrence_days', 'completeness', 'matched', 'opened_at', 'changed_at', 'rev', 'standing', 'within_budget', 'state', 'snoozed_until', 'assignee'], // prettier-ignore
} as const;

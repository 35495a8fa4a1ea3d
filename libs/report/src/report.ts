import { reportCsv } from './csv/report-csv.js';
import { dailyDocument, judgedOnDay } from './document/daily.js';
import { judgedInWeek, weeklyDocument } from './document/weekly.js';
import type { ReportFacts } from './facts.js';
import { renderHtml } from './html/render-html.js';
import { renderPdf } from './pdf/render-pdf.js';

export const REPORT_FORMATS = ['html', 'pdf', 'csv'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** Writes a report. The same facts give the same bytes, in every format, on every machine. */
export async function writeReport(facts: ReportFacts, format: ReportFormat): Promise<Uint8Array> {
  const isDaily = facts.kind === 'daily';
  if (format === 'csv') return Buffer.from(reportCsv(facts, isDaily ? judgedOnDay(facts) : judgedInWeek(facts)));
  const report = isDaily ? dailyDocument(facts) : weeklyDocument(facts);
  return format === 'pdf' ? renderPdf(report) : Buffer.from(renderHtml(report));
}

import { createHash, createHmac } from 'node:crypto';
import { BellwetherError, type Day, parseDay, type Status } from '#vocabulary';
import type { Configuration, Dataset, Feed, Layout } from '#registry';
import { openArchive } from './archive/index.js';
import { recordMapper } from './map/index.js';
import { parseMember } from './parse/index.js';
import { type Reading, type Statement, versionOf } from './statement.js';
import { FaultList, assertAcceptable } from './validate/index.js';

export interface SubmissionContent {
  readonly content: Uint8Array;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly feed: Feed;
  readonly configuration: Configuration;
  /** The archive password, when there is one for this sender. */
  readonly password: string | undefined;
  /** Key of the hashes that stand for record identifiers. */
  readonly recordKey: Uint8Array;
  /** Told of every count that is taken, with the record it stands in. */
  readonly counted?: (row: CountedRow) => void;
}

/** One count of one record of a file. Line and record count from 1; records of XML are those of the whole submission. */
export interface CountedRow {
  readonly member: string;
  readonly record: number;
  readonly line: number;
  readonly facility: string;
  readonly day: Day;
  readonly category: string;
  readonly flag: string;
  readonly status: Status;
  readonly value: number;
}

const MS_PER_DAY = 86_400_000;

/** What the file name states; empty when the feed has no pattern. Throws FILE_NAME_UNKNOWN when it does not fit. */
export function statedBy(feed: Feed, name: string): Readonly<Record<string, string>> {
  if (!feed.name) return {};
  const found = feed.name.exec(name);
  if (!found) throw new BellwetherError('FILE_NAME_UNKNOWN', 'the name does not follow the pattern of the feed');
  const { facility, sender, period, version } = found.groups ?? {};
  return Object.fromEntries(
    Object.entries({ facility, sender, period, version }).filter((entry): entry is [string, string] => !!entry[1]),
  );
}

const hash128 = (bytes: Buffer): bigint => bytes.readBigUInt64LE(0) | (bytes.readBigUInt64LE(8) << 64n);

function layoutFor(feed: Feed, stated: Readonly<Record<string, string>>, member: string): Layout {
  const { layoutTable, layouts } = feed;
  if (layoutTable) {
    const key = stated['facility'] ?? stated['sender'] ?? '';
    const id = layoutTable.map.rows.get(key)?.[layoutTable.column];
    const layout = layouts.find((candidate) => candidate.id === id);
    if (layout) return layout;
  }
  const extension = member.slice(member.lastIndexOf('.') + 1).toLowerCase();
  const fitting =
    layouts.find(({ extensions }) => extensions.includes(extension)) ?? (layouts.length === 1 ? layouts[0] : undefined);
  if (!fitting) throw new BellwetherError('FILE_LAYOUT_UNKNOWN', 'no layout for this extension', { member });
  return fitting;
}

/** A well-formed file without records says that nothing happened, where the feed has it so. */
function nothingHappened(
  feed: Feed,
  stated: Readonly<Record<string, string>>,
  { unit, version }: { unit: bigint; version: bigint },
): Statement {
  const day = parseDay((stated['period'] ?? '').slice(0, 10));
  const facility = stated['facility'];
  if (feed.emptyFile === 'refuse' || day === undefined || facility === undefined) {
    throw new BellwetherError('FILE_MALFORMED', 'the file holds no data record');
  }
  return {
    facility, day, unit, version, zip: '', reported: true,
    categories: [], flags: [], places: [], statuses: [], values: [], records: [],
  }; // prettier-ignore
}

/**
 * Archive → parse → map → validate: everything that is a pure function of the bytes, the configuration and the receipt.
 * Throws the BellwetherError for which the whole submission is refused; row errors are in the reading.
 */
export function readSubmission(submission: SubmissionContent): Reading {
  const { feed, configuration, content, name, receivedAt } = submission;
  const dataset: Dataset = configuration.datasets.get(feed.dataset)!;
  const stated = statedBy(feed, name);
  const version = versionOf(BigInt(stated['version'] ?? 0), receivedAt);
  const unitOfFile = {
    unit:
      feed.replace === 'file'
        ? hash128(
            createHash('sha256')
              .update(JSON.stringify([feed.dataset, feed.id, stated['facility'], stated['period'], stated['sender']]))
              .digest(),
          )
        : 0n,
    version,
  };
  const unitOfRecord = (record: {
    id: string;
    version: string;
    time: number | undefined;
  }): { unit: bigint; version: bigint } => ({
    unit: hash128(
      createHmac('sha256', submission.recordKey)
        .update(JSON.stringify([feed.dataset, record.id]))
        .digest(),
    ),
    version: versionOf(/^\d{1,9}$/.test(record.version) ? BigInt(record.version) : 0n, record.time ?? receivedAt),
  });

  const faults = new FaultList();
  const statements: Statement[] = [];
  let rowsRead = 0;
  let rowsAccepted = 0;
  const byLayout = new Map<Layout, ReturnType<typeof recordMapper>>();
  const { counted } = submission;
  /** Where the record stands that is being read. */
  let standing = { member: '', record: 0, line: 0 };

  const members = openArchive(content, {
    name,
    kinds: feed.archives,
    ...(submission.password === undefined ? {} : { password: submission.password }),
  });
  for (const member of members) {
    const layout = layoutFor(feed, stated, member.name);
    let mapper = byLayout.get(layout);
    if (!mapper) {
      mapper = recordMapper({
        dataset,
        feed,
        layout,
        namedFacility: stated['facility'],
        lastDay: Math.floor(receivedAt / MS_PER_DAY) + 1,
        unitOfRecord,
        unitOfFile,
        ...(counted && {
          counted({ facility, day }, { category, flag, status, value }) {
            counted({ ...standing, facility, day, category, flag, status, value });
          },
        }),
      });
      byLayout.set(layout, mapper);
    }
    const { map, selectors } = mapper;
    // Senders of XML often put one record in a member: there the records of the submission are counted.
    const offset = layout.format === 'xml' ? rowsRead : 0;
    let at = { record: 0, line: 0 };
    const fault = (field: string, code: Parameters<FaultList['add']>[1], detail: string): void => {
      faults.add({ member: member.name, record: at.record + offset, line: at.line, field }, code, detail);
    };
    parseMember(
      member.data,
      { member: member.name, layout, selectors },
      {
        record(fields, where) {
          at = where;
          if (counted) standing = { member: member.name, record: where.record + offset, line: where.line };
          rowsRead++;
          if (map(fields, fault)) rowsAccepted++;
        },
        rowError({ code, detail, ...place }) {
          rowsRead++;
          at = place;
          fault('', code, detail);
        },
      },
    );
  }
  // A file may name more facilities than a call may have arguments.
  for (const { gathering } of byLayout.values())
    for (const statement of gathering.statements()) statements.push(statement);
  if (rowsRead === 0) statements.push(nothingHappened(feed, stated, unitOfFile));
  const rowsRefused = rowsRead - rowsAccepted;
  assertAcceptable(feed.errors, { faults, rowsRead, rowsRefused });
  return { statements, faults: faults.list, rowsRead, rowsAccepted, rowsRefused };
}

import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { TabularForm } from '../ask/index.js';
import { selected, type Table, TABULAR } from '../tabular/index.js';

const INLINE = new Set<TabularForm>(['csv', 'jsonl']);

export const dispositionOf = (form: TabularForm, name: string): string =>
  `${INLINE.has(form) ? 'inline' : 'attachment'}; filename="${name}.${form}"`;

/** A table as a stream: rows are made as they are taken, so a slow reader holds back their making, and no more. */
export function sendTable(
  table: Table,
  {
    form,
    name,
    fields,
    reply,
  }: { form: TabularForm; name: string; fields: readonly string[] | undefined; reply: FastifyReply },
): StreamableFile {
  const { type, bytes } = TABULAR[form];
  void reply.header('content-disposition', dispositionOf(form, name));
  return new StreamableFile(Readable.from(bytes(selected(table, fields)), { objectMode: false }), { type });
}

/** The whole of a short table. */
export async function bytesOfTable(table: Table, form: TabularForm): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of TABULAR[form].bytes(table)) parts.push(part);
  return Buffer.concat(parts);
}

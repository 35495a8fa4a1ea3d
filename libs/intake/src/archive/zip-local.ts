import { refusal } from './refusal.js';
import { AES_FIELD, extraField, FLAG, MAX32, uint64, wideReader, type ZipEntry } from './zip-format.js';

const LOCAL = 0x04034b50;
const LOCAL_SIZE = 30;
const DESCRIPTOR = 0x08074b50;

/**
 * Finds the data of each member. Compares its local header (APPNOTE 4.3.7) with the directory, so that no two readers see two archives, and refuses
 * members that share bytes (as "better zip bombs" do, https://www.bamsoftware.com/hacks/zipbomb/).
 */
export function checkLocal(bytes: Uint8Array, entries: readonly ZipEntry[], directory: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const spans: [from: number, to: number, name: string][] = [];
  let ordered = true;
  for (const entry of entries) {
    const start = locate(bytes, view, entry, directory);
    const end = start + entry.packedSize;
    if (end > directory) throw refusal('ARCHIVE_CORRUPT', 'a member reaches into the directory', entry.name);
    const descriptor = entry.flags & FLAG.descriptor ? descriptorSize(view, entry, { at: end, directory }) : 0;
    ordered &&= entry.headerOffset >= (spans.at(-1)?.[1] ?? 0);
    spans.push([entry.headerOffset, end + descriptor, entry.name]);
    entry.start = start;
  }
  if (!ordered) {
    spans.sort((a, b) => a[0] - b[0]);
    spans.forEach(([from, , name], index) => {
      if (from < (spans[index - 1]?.[1] ?? 0)) throw refusal('ARCHIVE_CORRUPT', 'two members share bytes', name);
    });
  }
}

function locate(bytes: Uint8Array, view: DataView, entry: ZipEntry, directory: number): number {
  const { headerOffset: at, name } = entry;
  const disagrees = (what: string) =>
    refusal('ARCHIVE_CORRUPT', `directory and local header disagree in ${what}`, name);
  if (at + LOCAL_SIZE > directory || view.getUint32(at, true) !== LOCAL) {
    throw refusal('ARCHIVE_CORRUPT', 'there is no local header where the directory says', name);
  }
  const flags = view.getUint16(at + 6, true);
  const nameLength = view.getUint16(at + 26, true);
  const nameEnd = at + LOCAL_SIZE + nameLength;
  const start = nameEnd + view.getUint16(at + 28, true);
  if (start > directory) throw refusal('ARCHIVE_CORRUPT', 'a local header reaches into the directory', name);
  if ((flags ^ entry.flags) & (FLAG.encrypted | FLAG.descriptor)) throw disagrees('flags');
  if (view.getUint16(at + 8, true) !== entry.rawMethod) throw disagrees('method');
  if (!sameBytes(bytes, at + LOCAL_SIZE, nameLength, entry.nameBytes)) throw disagrees('name');
  if (entry.aesField) {
    const local = extraField(view, { from: nameEnd, to: start, id: AES_FIELD });
    const stated = bytes.subarray(entry.aesField.from, entry.aesField.to);
    if (!local || !sameBytes(bytes, local.from, local.to - local.from, stated)) throw disagrees('encryption');
  }

  const crc = view.getUint32(at + 14, true);
  let packedSize = view.getUint32(at + 18, true);
  let size = view.getUint32(at + 22, true);
  const descriptor = (flags & FLAG.descriptor) !== 0;
  if (packedSize === MAX32 || size === MAX32) {
    const wide = wideReader(view, extraField(view, { from: nameEnd, to: start, id: 1 }), name);
    if (size === MAX32) size = wide(8);
    if (packedSize === MAX32) packedSize = wide(8);
  }
  // With a data descriptor the header may leave these three at zero.
  const agrees = (local: number, central: number): boolean => local === central || (descriptor && local === 0);
  if (!agrees(crc, entry.crc)) throw disagrees('CRC');
  if (!agrees(packedSize, entry.packedSize) || !agrees(size, entry.size)) throw disagrees('size');
  return start;
}

function sameBytes(bytes: Uint8Array, at: number, length: number, expected: Uint8Array): boolean {
  if (length !== expected.length) return false;
  for (let index = 0; index < length; index++) if (bytes[at + index] !== expected[index]) return false;
  return true;
}

/** Length of the descriptor behind a member (APPNOTE 4.3.9): with or without signature, sizes of 4 or 8 bytes. */
function descriptorSize(view: DataView, entry: ZipEntry, { at, directory }: { at: number; directory: number }): number {
  for (const signed of [4, 0]) {
    if (signed && (at + 4 > directory || view.getUint32(at, true) !== DESCRIPTOR)) continue;
    for (const width of [4, 8]) {
      const length = signed + 4 + 2 * width;
      if (at + length > directory) continue;
      const read = (where: number): number => (width === 4 ? view.getUint32(where, true) : uint64(view, where));
      const from = at + signed;
      const crcAgrees = view.getUint32(from, true) === entry.crc || entry.encryption.kind === 'aes';
      if (crcAgrees && read(from + 4) === entry.packedSize && read(from + 4 + width) === entry.size) return length;
    }
  }
  throw refusal('ARCHIVE_CORRUPT', 'the data descriptor disagrees with the directory', entry.name);
}

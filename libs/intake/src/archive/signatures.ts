/** First bytes of the archive formats that a data file is not. */
const SIGNATURES: readonly (readonly [kind: string, bytes: readonly number[]])[] = [
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
  ['zip', [0x50, 0x4b, 0x07, 0x08]],
  ['gzip', [0x1f, 0x8b]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['rar', [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['lzip', [0x4c, 0x5a, 0x49, 0x50, 0x01]],
];

const BY_FIRST_BYTE = new Set(SIGNATURES.map(([, [first]]) => first));

/** The archive format that bytes begin with; undefined: none that is known. */
export function archiveSignature(bytes: Uint8Array): string | undefined {
  if (!BY_FIRST_BYTE.has(bytes[0])) return undefined;
  return SIGNATURES.find(([, signature]) => signature.every((byte, at) => bytes[at] === byte))?.[0];
}

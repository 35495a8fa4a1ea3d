import { describe, expect, it } from '@jest/globals';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BellwetherError } from '#vocabulary';
import type { ArchiveOptions } from './contract.js';
import { openArchive } from './index.js';

const PASSWORD = 'correct horse';
const FILES: Readonly<Record<string, Buffer>> = {
  'a.csv': Buffer.from('day,count\n2024-01-01,1\n'.repeat(50)),
  'folder/b.txt': Buffer.from('x'),
  'empty.txt': Buffer.alloc(0),
  'noise.bin': Buffer.from(Array.from({ length: 3_000 }, (_, n) => (n * 7919 + (n >> 3)) & 255)),
};
const EXPECTED = Object.fromEntries(Object.entries(FILES).map(([name, data]) => [name, data.toString('latin1')]));

const options: ArchiveOptions = { name: 'in.zip', password: PASSWORD, kinds: ['zip', 'gzip', 'plain'] };

function contents(bytes: Uint8Array, more: Partial<ArchiveOptions> = {}): Record<string, string> {
  const members = [...openArchive(bytes, { ...options, ...more })];
  return Object.fromEntries(members.map(({ name, data }) => [name, Buffer.from(data).toString('latin1')]));
}

function codeOf(bytes: Uint8Array, more: Partial<ArchiveOptions> = {}): string {
  try {
    contents(bytes, more);
  } catch (error) {
    if (error instanceof BellwetherError) return error.code;
    throw error;
  }
  return 'opened';
}

const isInstalled = (program: string): boolean => {
  try {
    execFileSync('which', [program], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
};

/** Packs FILES with a program that is not ours. */
function packedBy(program: string, parameters: readonly string[]): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'));
  try {
    execFileSync('mkdir', [join(folder, 'folder')]);
    for (const [name, data] of Object.entries(FILES)) writeFileSync(join(folder, name), data);
    execFileSync(program, [...parameters, 'out.zip', ...Object.keys(FILES)], { cwd: folder, stdio: 'pipe' });
    return readFileSync(join(folder, 'out.zip'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const PROGRAMS: readonly (readonly [title: string, program: string, parameters: readonly string[]])[] = [
  ['7z, deflated', '7z', ['a', '-tzip']],
  ['7z, stored', '7z', ['a', '-tzip', '-mx0']],
  ['7z, ZipCrypto', '7z', ['a', '-tzip', `-p${PASSWORD}`, '-mem=ZipCrypto']],
  ['7z, AES-128', '7z', ['a', '-tzip', `-p${PASSWORD}`, '-mem=AES128']],
  ['7z, AES-192', '7z', ['a', '-tzip', `-p${PASSWORD}`, '-mem=AES192']],
  ['7z, AES-256', '7z', ['a', '-tzip', `-p${PASSWORD}`, '-mem=AES256']],
  ['zip', 'zip', ['-q']],
  ['zip, streamed with Zip64', 'zip', ['-q', '-fz']],
  ['zip, with data descriptors', 'zip', ['-q', '-fd']],
  ['zip, ZipCrypto', 'zip', ['-q', '-P', PASSWORD]],
];

describe('an archive by another program opens', () => {
  for (const [title, program, parameters] of PROGRAMS) {
    const test = isInstalled(program) ? it : it.skip;
    test(`${title}${isInstalled(program) ? '' : ` (SKIPPED: ${program} is not installed)`}`, () => {
      const bytes = packedBy(program, parameters);
      expect(contents(bytes)).toEqual(EXPECTED);
      if (parameters.some((parameter) => parameter.startsWith('-p') || parameter === '-P')) {
        expect(codeOf(bytes, { password: 'wrong' })).toBe('ARCHIVE_WRONG_PASSWORD');
        expect(codeOf(bytes, { password: undefined })).toBe('ARCHIVE_WRONG_PASSWORD');
      }
    });
  }

  const writers = {
    plain: {},
    'Zip64 throughout': { zip64: true },
    'data descriptors': { dataDescriptor: true },
    'data descriptors without signature': { dataDescriptor: true, dataDescriptorSignature: false },
    'Zip64 data descriptors': { dataDescriptor: true, zip64: true },
    ZipCrypto: { password: PASSWORD, zipCrypto: true },
    'AES-128': { password: PASSWORD, encryptionStrength: 1 },
    'AES-192': { password: PASSWORD, encryptionStrength: 2 },
    'AES-256': { password: PASSWORD, encryptionStrength: 3 },
    'AES-256 with Zip64': { password: PASSWORD, encryptionStrength: 3, zip64: true, dataDescriptor: true },
  } as const;
  it.each(Object.entries(writers))('zip.js, %s', async (_, settings) => {
    const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, ...settings });
    for (const [name, data] of Object.entries(FILES)) await writer.add(name, new Uint8ArrayReader(data));
    expect(contents(await writer.close())).toEqual(EXPECTED);
  });
});

describe('an archive of a single member that is only stored, by ZipCrypto', () => {
  const stored = async (): Promise<Buffer> => {
    const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
    const data = Buffer.from('facility,day,category,value\nA,2024-03-01,fever,1\nA,2024-03-01,cough,2\n');
    await writer.add('a.csv', new Uint8ArrayReader(data), {
      password: PASSWORD, zipCrypto: true, level: 0, dataDescriptor: false,
    }); // prettier-ignore
    return Buffer.from(await writer.close());
  };

  it('waits for its password also where a wrong one passes the check byte, once in 256 times', async () => {
    const bytes = await stored();
    const codes = Array.from({ length: 3_000 }, (_, n) => codeOf(bytes, { password: `wrong-${n}` }));
    expect(new Set(codes)).toEqual(new Set(['ARCHIVE_WRONG_PASSWORD']));
  });

  it('is refused for a wrong checksum where the password gives text', async () => {
    const bytes = await stored();
    const crc = bytes.subarray(bytes.indexOf('PK\x01\x02', 0, 'latin1')).subarray(16, 20);
    const stated = Buffer.from(crc);
    for (let at = bytes.indexOf(stated); at >= 0; at = bytes.indexOf(stated, at + 1)) bytes[at]! ^= 1;
    expect(crc).not.toEqual(stated);
    expect(codeOf(bytes, {})).toBe('ARCHIVE_CHECKSUM');
  });
});

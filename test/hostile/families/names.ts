import { type Family, type HostileInput, one, refused } from '../input.js';
import { zipOf } from '../zip-writer.js';

/* Names of members that lead out of a folder, or look as if they did not. No reader unpacks to a folder here, but what is let through becomes the name that a sender is shown, and whoever unpacks the raw store later does have folders. */

const DATA = Buffer.from('facility,day,category,value\nA,2024-03-01,a,1\n');
const utf16 = (name: string): Buffer => Buffer.from(name, 'utf16le');

const UNSAFE: readonly (string | Uint8Array)[] = [
  '', '/', '//', '.', '..', './', '../', './a.csv', '../a.csv', '../../a.csv', 'a/../b.csv', 'a/..', 'a/.', 'a/./b.csv',
  'a//b.csv', '/a.csv', '//server/share/a.csv', '/etc/passwd', '/../a.csv', 'C:a.csv', 'C:/a.csv', 'c:\\a.csv', 'z:',
  '\\a.csv', '\\\\server\\share\\a.csv', '..\\a.csv', 'a\\b.csv', 'a\\..\\b.csv', 'a/..\\b.csv', 'a.csv\\',
  '\\\\?\\C:\\a.csv', '\\\\.\\PhysicalDrive0', 'a\0.csv', '\0', 'a.csv\0.zip', '\0../a.csv', 'a\n.csv', 'a\r.csv',
  'a\t.csv', '\x1b[2Ja.csv', 'a\x7f.csv', 'a\x80.csv', 'a\x9f.csv', 'a\u2028.csv', 'a\u2029.csv', 'a\u202evsc.exe',
  '\u202aa.csv', 'a\u202c.csv', 'a\u2066.csv', 'a\u2069.csv', '../'.repeat(2_000) + 'a.csv', `${'a/'.repeat(500)}../b.csv`,
  utf16('a.csv'), Buffer.from('..\\a.csv', 'latin1'), Buffer.from([0x61, 0x00, 0x2e, 0x63, 0x73, 0x76]),
]; // prettier-ignore

const NESTED = [
  'a.zip',
  'a.ZIP',
  'a.csv.gz',
  'a.tgz',
  'a.7z',
  'a.rar',
  'a.bz2',
  'a.xz',
  'a.zst',
  'a.tar',
  'a.lz',
  'dir/a.zip',
  'a.zipx',
];

/** Unusual, and plain relative paths all the same: dots, percent signs and look-alikes lead nowhere. */
const HARMLESS: readonly (string | Uint8Array)[] = [
  'a.csv', 'dir/a.csv', 'a/b/c/d/e/f.csv', '...', '.hidden.csv', '..a.csv', 'a..csv', 'a../b.csv', '...../a.csv',
  '%2e%2e%2fa.csv', '..%2fa.csv', '\uff0e\uff0e\uff0fa.csv', '\u2025/a.csv', '\u2024\u2024/a.csv', 'a\u2215..\u2215b.csv',
  'é.csv', '日本.csv', '😀.csv', 'e\u0301.csv', 'CON.csv', 'NUL', 'aux.csv', 'a b.csv', ' a.csv', 'a.csv ', 'a.csv.', '~/a.csv',
  '$HOME.csv', '`id`.csv', ';rm -rf .csv', '<script>.csv', "'; DROP TABLE slots; --.csv", '-rf.csv', '@a.csv', '=1+1.csv',
  'a'.repeat(255), `${'d/'.repeat(200)}a.csv`, Buffer.from([0x82, 0x2e, 0x63, 0x73, 0x76]), Buffer.from([0xff, 0xfe, 0x2e]),
  Buffer.from([0xc0, 0xae, 0xc0, 0xae, 0x61]), // overlong dots: no UTF-8, so letters of code page 437
  'a.csv.exe', 'a.zip.csv', 'zip', 'CC:a.csv',
]; // prettier-ignore

function* inputs(): Generator<HostileInput> {
  const common = { feed: 'zip', name: 'in.zip' };
  const shown = (name: string | Uint8Array): string =>
    JSON.stringify(Buffer.from(name).toString('latin1')).slice(0, 80);
  for (const name of UNSAFE) {
    const expected = refused('ARCHIVE_UNSAFE_NAME');
    yield { ...common, what: `unsafe ${shown(name)}`, content: zipOf([{ name, data: DATA }]), expected };
    const beside = zipOf([{ name: 'good.csv', data: DATA }, { name, data: DATA }]); // prettier-ignore
    yield { ...common, what: `unsafe ${shown(name)} beside a good one`, content: beside, expected };
    if (Buffer.from(name).length === 0) continue;
    const folder = zipOf([{ name: Buffer.concat([Buffer.from(name), Buffer.from('/')]), data: Buffer.alloc(0), stored: true }, { name: 'good.csv', data: DATA }]); // prettier-ignore
    yield { ...common, what: `unsafe folder ${shown(name)}`, content: folder, expected };
  }
  for (const name of NESTED) {
    const expected = refused('ARCHIVE_NESTED', { member: name });
    yield { ...common, what: `archive by its name ${name}`, content: zipOf([{ name, data: DATA }]), expected };
  }
  for (const name of HARMLESS) {
    const what = `harmless ${shown(name)}`;
    yield { ...common, what, content: zipOf([{ name, data: DATA }]), expected: one('a') };
    const twice = zipOf([{ name, data: DATA }, { name, data: DATA }]); // prettier-ignore
    yield { ...common, what: `${what}, twice`, content: twice, expected: refused('ARCHIVE_UNSAFE_NAME') };
    const other = zipOf([{ name, data: DATA, localName: Buffer.concat([Buffer.from(name).subarray(1), Buffer.from('x')]) }]); // prettier-ignore
    yield { ...common, what: `${what}, with another local name`, content: other, expected: refused('ARCHIVE_CORRUPT') };
  }
}

export const names: Family = {
  title: 'names of members: slips, drives, control characters, archives, look-alikes',
  inputs,
};

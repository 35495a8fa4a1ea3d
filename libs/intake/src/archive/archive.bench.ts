import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { openArchive } from './index.js';
import { derivationByLanes, derivationByOpenSsl } from './pbkdf2.js';

/**
 * Members opened in a second of CPU: archives of 200 one-record XML files of about 250 bytes, as zip.js writes them,
 * and the two key derivations of AES. After `npm run bench`: `node dist/libs/intake/src/archive/archive.bench.js`
 */
const MEMBERS = 200;
const PASSWORD = 'correct horse';

const record = (n: number): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<record>\n  <record_id>${n * 7919}</record_id>\n  <event_time>2019-03-0${(n % 9) + 1} 13:${10 + (n % 50)}:11</event_time>\n` +
  `  <station>STA${n % 300}</station>\n  <service>EMS</service>\n  <reason>RESPIRATORY EMERGENCY</reason>\n  <zip>19${100 + n}</zip>\n</record>\n`;

async function archive(settings: object): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, ...settings });
  for (let n = 0; n < MEMBERS; n++) await writer.add(`m_${n}.xml`, new Uint8ArrayReader(Buffer.from(record(n))));
  return writer.close();
}

/** Process CPU in microseconds of one round, the best of several batches: other programs can only add to it. */
function best(batches: number, rounds: number, work: () => void): number {
  let least = Infinity;
  for (let batch = 0; batch < batches; batch++) {
    const before = process.cpuUsage();
    for (let round = 0; round < rounds; round++) work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / rounds);
  }
  return least;
}

const FORMS = [
  ['zip', {}, 20],
  ['ZipCrypto', { password: PASSWORD, zipCrypto: true }, 20],
  ['AES-256', { password: PASSWORD, encryptionStrength: 3 }, 1],
] as const;
for (const [form, settings, rounds] of FORMS) {
  const bytes = await archive(settings);
  const micros = best(12, rounds, () => {
    for (const _ of openArchive(bytes, { name: 'x.zip', kinds: ['zip'], password: PASSWORD }));
  });
  console.log(
    `${form.padEnd(12)} ${(micros / MEMBERS).toFixed(1)} µs a member, ${Math.round((MEMBERS * 1e6) / micros)} a CPU-second`,
  );
}

const password = Buffer.from(PASSWORD);
const salt = Buffer.alloc(16, 7);
for (const [by, derive] of [
  ['lanes', derivationByLanes(password, 1_000)],
  ['OpenSSL', derivationByOpenSsl(password, 1_000)],
] as const) {
  if (derive) console.log(`PBKDF2 by ${by.padEnd(8)} ${best(20, 20, () => derive(salt, 66)).toFixed(0)} µs a key`);
}

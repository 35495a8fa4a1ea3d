import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A fresh folder with `ca.crt`, and what {@link certify} puts there. */
export async function authority(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'authority-'));
  await openssl(folder, ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=Test authority', '-keyout', 'ca.key', '-out', 'ca.crt']); // prettier-ignore
  return folder;
}

/** A certificate of the authority for a subject as openssl writes it (`/O=Clinic/CN=lab-7`): `NAME.crt`, `NAME.key`. */
export async function certify(folder: string, { name, subject }: { name: string; subject: string }): Promise<void> {
  await openssl(folder, ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', subject, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', `${name}.key`, '-out', `${name}.csr`]); // prettier-ignore
  await openssl(folder, ['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-copy_extensions', 'copy', '-out', `${name}.crt`]); // prettier-ignore
}

async function openssl(folder: string, args: readonly string[]): Promise<void> {
  await run('openssl', [...args], { cwd: folder });
}

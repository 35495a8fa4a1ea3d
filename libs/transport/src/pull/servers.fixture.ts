import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { PullSource } from '#registry';

/** A server of a sender, run here, and what the sender does on it. */
export interface SendersServer {
  readonly source: PullSource;
  readonly secrets: Readonly<Record<string, string>>;
  write(name: string, content: string | Uint8Array, hoursAgo?: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const PASSWORD = 'staple battery';
const SYSTEM_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/lib/openssh',
  ...(process.env['PATH'] ?? '').split(delimiter),
];
export const programAt = (name: string): string | undefined =>
  SYSTEM_FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));

/** A port that was free a moment ago, for servers that cannot choose one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves when something listens. */
async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.once('connect', () => socket.destroy());
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nothing listens on port ${port}`);
}

/** A process that can be started and stopped again; ready when it has said so. */
function restartable(start: () => ChildProcess, ready: RegExp | number): Pick<SendersServer, 'start' | 'stop'> {
  let child: ChildProcess | undefined;
  return {
    async start() {
      const started = start();
      child = started;
      await new Promise<void>((resolve, reject) => {
        let said = '';
        const hear = (chunk: Buffer): void => {
          said += chunk.toString();
          if (typeof ready === 'object' && ready.test(said)) resolve();
        };
        started.stdout?.on('data', hear);
        started.stderr?.on('data', hear);
        started.once('exit', (code) => reject(new Error(`ended with ${code}: ${said.slice(0, 500)}`)));
        started.once('error', reject);
        if (typeof ready === 'number') listening(ready).then(resolve, reject);
      });
    },
    async stop() {
      const ended = child && child.exitCode === null && new Promise((resolve) => child?.once('exit', resolve));
      child?.kill('SIGKILL');
      await ended;
      child = undefined;
    },
  };
}

const inFolder = (folder: string): Pick<SendersServer, 'write' | 'rename'> => ({
  async write(name, content, hoursAgo = 0) {
    const path = join(folder, name);
    writeFileSync(path, content);
    const at = Date.now() / 1_000 - hoursAgo * 3_600;
    utimesSync(path, at, at);
  },
  async rename(from, to) {
    renameSync(join(folder, from), join(folder, to));
  },
});

/** OpenSSH with internal-sftp, as the present user, who logs in by key. */
export async function sshServer(
  base: string,
): Promise<SendersServer & { readonly source: Extract<PullSource, { kind: 'sftp' }> }> {
  const folder = join(base, 'out');
  mkdirSync(folder, { recursive: true });
  const at = (name: string): string => join(base, name);
  for (const name of ['host', 'user']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  writeFileSync(at('authorized_keys'), readFileSync(at('user.pub')));
  chmodSync(at('authorized_keys'), 0o600);
  const port = await freePort();
  writeFileSync(
    at('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host')}`,
      `AuthorizedKeysFile ${at('authorized_keys')}`,
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
      'PermitRootLogin yes',
      'PasswordAuthentication no',
      'Subsystem sftp internal-sftp',
      '',
    ].join('\n'),
  );
  // sshd of root wants a folder to lock itself up in.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const [, fingerprint = ''] = execFileSync('ssh-keygen', ['-lf', at('host.pub')], { encoding: 'utf8' }).split(' ');
  return {
    ...restartable(
      () =>
        spawn(programAt('sshd') ?? 'sshd', ['-D', '-e', '-f', at('sshd_config')], {
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      /Server listening/,
    ),
    ...inFolder(folder),
    source: {
      kind: 'sftp',
      host: '127.0.0.1',
      port,
      user: userInfo().username,
      folder,
      hostKeys: [fingerprint],
      password: undefined,
      key: { kind: 'env', name: 'KEY' },
    },
    secrets: { KEY: readFileSync(at('user'), 'utf8') },
  };
}

/** A key and a certificate for localhost and 127.0.0.1, signed by itself. */
export function certificate(base: string): {
  readonly certificate: string;
  readonly key: string;
  readonly pem: string;
} {
  const [key, cert] = [join(base, 'tls.key'), join(base, 'tls.crt')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-nodes', '-days', '2', ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' }); // prettier-ignore
  return { certificate: cert, key, pem: readFileSync(cert, 'utf8') };
}

export async function ftpServer(base: string, security: 'implicit' | 'plain'): Promise<SendersServer> {
  const folder = join(base, 'out');
  mkdirSync(folder, { recursive: true });
  const tls = security === 'plain' ? undefined : certificate(base);
  const port = await freePort();
  const argv = [
    'test/e2e/ways/ftp-server.mjs',
    folder,
    String(port),
    ...(tls ? [tls.certificate, tls.key, security] : []),
  ];
  return {
    ...restartable(() => spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] }), /ready/),
    ...inFolder(folder),
    source: {
      kind: 'ftp',
      host: '127.0.0.1',
      port,
      user: 'clinic',
      folder: '.',
      password: { kind: 'env', name: 'PASSWORD' },
      security,
      ca: tls && { kind: 'env', name: 'CA' },
    },
    secrets: { PASSWORD, ...(tls ? { CA: tls.pem } : {}) },
  };
}

/** vsftpd, to whoever comes, over TLS that data connections have to continue. */
export async function vsftpServer(base: string): Promise<SendersServer> {
  const folder = join(base, 'ftp/out');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(base, 'empty'));
  chmodSync(join(base, 'ftp'), 0o555);
  const tls = certificate(base);
  const port = await freePort();
  const settings = {
    listen: 'YES',
    listen_address: '127.0.0.1',
    listen_port: port,
    background: 'NO',
    run_as_launching_user: 'YES',
    anonymous_enable: 'YES',
    local_enable: 'NO',
    ftp_username: userInfo().username,
    nopriv_user: userInfo().username,
    anon_root: join(base, 'ftp'),
    secure_chroot_dir: join(base, 'empty'),
    seccomp_sandbox: 'NO',
    ssl_enable: 'YES',
    allow_anon_ssl: 'YES',
    force_anon_logins_ssl: 'YES',
    force_anon_data_ssl: 'YES',
    require_ssl_reuse: 'YES',
    ssl_ciphers: 'HIGH',
    rsa_cert_file: tls.certificate,
    rsa_private_key_file: tls.key,
  };
  const path = join(base, 'vsftpd.conf');
  writeFileSync(
    path,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  chmodSync(path, 0o600);
  return {
    ...restartable(() => spawn(programAt('vsftpd') ?? 'vsftpd', [path], { stdio: ['ignore', 'pipe', 'pipe'] }), port),
    ...inFolder(folder),
    source: {
      kind: 'ftp',
      host: '127.0.0.1',
      port,
      user: 'anonymous',
      folder: 'out',
      password: undefined,
      security: 'explicit',
      ca: { kind: 'env', name: 'CA' },
    },
    secrets: { CA: tls.pem },
  };
}

export async function s3Server(base: string): Promise<SendersServer> {
  const folder = join(base, 's3');
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
  });
  const put = async (name: string, content: string | Uint8Array): Promise<void> =>
    void (await client.send(
      new PutObjectCommand({ Bucket: 'visits', Key: `out/${name}`, Body: Buffer.from(content) }),
    ));
  const contents = new Map<string, string | Uint8Array>();
  return {
    ...restartable(
      () =>
        spawn(process.execPath, ['test/e2e/ways/s3-server.mjs', folder, String(port)], {
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      /ready/,
    ),
    async write(name, content) {
      contents.set(name, content);
      await put(name, content);
    },
    async rename(from, to) {
      await put(to, contents.get(from) ?? '');
      await client.send(new DeleteObjectCommand({ Bucket: 'visits', Key: `out/${from}` }));
    },
    source: {
      kind: 's3',
      endpoint,
      region: 'us-east-1',
      bucket: 'visits',
      prefix: 'out/',
      accessKey: { kind: 'env', name: 'ACCESS' },
      secretKey: { kind: 'env', name: 'SECRET' },
      ca: undefined,
    },
    secrets: { ACCESS: 'S3RVER', SECRET: 'S3RVER' },
  };
}

export const clear = (base: string): void => rmSync(base, { recursive: true, force: true });

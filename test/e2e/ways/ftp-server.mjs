/** An FTP server nobody here wrote, over a folder: `node ftp-server.mjs FOLDER PORT [CERTIFICATE KEY explicit|implicit]`. */
import { readFileSync } from 'node:fs';
import ftpServer from 'ftp-srv';

const [folder, port, certificate, key, security] = process.argv.slice(2);
const log = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const server = new ftpServer.FtpSrv({
  url: `${security === 'implicit' ? 'ftps' : 'ftp'}://127.0.0.1:${port}`,
  pasv_url: '127.0.0.1',
  log,
  ...(certificate ? { tls: { cert: readFileSync(certificate), key: readFileSync(key) } } : {}),
});
server.on('login', ({ username, password }, resolve, reject) =>
  username === 'clinic' && password === 'staple battery' ? resolve({ root: folder }) : reject(new Error('no')),
);
await server.listen();
console.log('ready');

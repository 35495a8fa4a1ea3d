export { openSftpServer, sshHostKey } from './sftp-server.js';

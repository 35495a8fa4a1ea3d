export { openSftpServer, sshHostKey, type SftpServer } from './sftp-server.js';

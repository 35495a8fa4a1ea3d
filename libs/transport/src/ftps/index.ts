export { openFtpsServer } from './ftps-server.js';

export { openEgress, type Egress } from './egress/index.js';
export { openStaging, stagingKey, type Staging } from './staging/index.js';
export { openTurnstile, type Turnstile } from './turnstile/turnstile.js';
export { openResumableUploads, type ResumableUploads } from './tus/index.js';
export { openHomes, type Homes, type SubmissionFate } from './home/index.js';
export { openFtpsServer } from './ftps/index.js';
export type { TransportLog } from './login/index.js';
export { openSftpServer, sshHostKey } from './sftp/index.js';
export { openPulls, type Pulls, pullStatuses } from './pull/index.js';

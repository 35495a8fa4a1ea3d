export { answerSums, type AnswerSum, type AnswersOptions } from './answers.js';
export { repeatSubmissions, type Reader, type Repeated, type RepeatOptions } from './repeat.js';
export { proveEqual, type Proof, type ProofOptions } from './prove.js';
export { finishSwap, swapDatabases, type Swap } from './swap.js';
export { restoreBackup, type Restored, type RestoreOptions } from './backup/restore-backup.js';
export { takeBackup, type BackupOptions, type BackupTaken } from './backup/take-backup.js';
export { verifyBackups, type BackupFault } from './backup/verify-backup.js';

export { clearIncoming, openRawStore, type ArrivalFacts, type RawStore, type StoredSubmission } from './raw-store.js';

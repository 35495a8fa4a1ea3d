export { openResumableUploads, type ResumableUploads } from './resumable-uploads.js';

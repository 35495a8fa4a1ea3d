export { type DueOptions, type Looked, releaseDue } from './release-due.js';

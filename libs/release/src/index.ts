export { observeDay, type ObservedCategory } from './observe.js';
export { type DueOptions, type Looked, releaseDue } from './release-due.js';

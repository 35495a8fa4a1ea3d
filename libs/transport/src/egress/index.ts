export { openEgress, type Egress, type Pinned } from './egress.js';

export { openEgress, type Egress } from './egress.js';

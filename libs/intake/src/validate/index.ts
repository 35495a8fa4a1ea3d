export { FaultList, assertAcceptable } from './faults.js';

export { recordMapper } from './record-mapper.js';

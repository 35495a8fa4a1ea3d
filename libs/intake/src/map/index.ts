export { recordMapper, type FaultSink, type MappingFacts, type RecordMapper } from './record-mapper.js';

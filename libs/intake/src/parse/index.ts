export type {
  Field,
  ParseLimits,
  ParseOptions,
  ParseResult,
  ParseSink,
  RecordPlace,
  Selector,
  Selectors,
} from './contract.js';
export { PARSE_LIMITS } from './contract.js';
export { parseMember } from './parse-member.js';

export { type GeneratedSample, generateSample, type GenerateOptions, type SampleExpectation } from './generate.js';
export type { FacilityKind, FeedId, SampleFacility, SampleOptions, SamplePlace } from './model.js';
export type { ExpectedCell, ExpectedTotal } from './tally.js';

export { type GeneratedSample, generateSample, type GenerateOptions, type SampleExpectation } from './generate.js';
export { type LiveOptions, type LiveSubmission, liveSubmissions } from './live.js';
export type { FacilityKind, FeedId, SampleFacility, SampleOptions, SamplePlace } from './model.js';
export { sampleFacilities, SMALL_SAMPLE } from './plan.js';
export type { ExpectedCell, ExpectedTotal } from './tally.js';

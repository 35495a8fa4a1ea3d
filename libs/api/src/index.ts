export { createApi } from './create-api.js';
export type { AnsweredRequest, ApiLog, ApiOptions, ApiServices, Health, Upload } from './services.js';

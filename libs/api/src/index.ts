export { createApi } from './create-api.js';
export type { ApiLog, ApiOptions, ApiServices, Health, Upload } from './services.js';

export { createApi } from './create-api.js';
export type {
  AnsweredRequest,
  ApiLog,
  ApiOptions,
  ApiServices,
  FilePreview,
  FileReading,
  FileRow,
  Health,
  Upload,
} from './services.js';

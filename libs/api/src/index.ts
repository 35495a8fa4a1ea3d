export { createApi } from './create-api.js';
export { costOf } from './graphql/bounds.js';
export type {
  AnsweredRequest,
  ApiLog,
  ApiOptions,
  ApiServices,
  Corrections,
  FilePreview,
  FileReading,
  FileRow,
  Health,
  Upload,
} from './services.js';

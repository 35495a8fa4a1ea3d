export { type Draft, namesTag, VALIDATED } from './answer.js';
export { type FinishedAnswers, openFinishedAnswers } from './finished-answers.js';
export { serveFinished } from './serve.js';

export { answerSums, type AnswerSum, type AnswersOptions } from './answers.js';
export { repeatSubmissions, type Reader, type Repeated, type RepeatOptions } from './repeat.js';
export { proveEqual, type Proof, type ProofOptions } from './prove.js';
export { finishSwap, swapDatabases, type Swap } from './swap.js';

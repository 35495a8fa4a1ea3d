import type { Problem } from '../ask/fetch-answer.js';

/** A refusal in words: what is wrong, and what to do about it. */
export function ProblemNote({ problem }: { problem: Problem }) {
  return (
    <div className="problem" role="alert">
      <b>{problem.title}.</b> {problem.detail === '' ? '' : `${problem.detail}. `}
      {problem.remedy} <code className="quiet">{problem.code}</code>
    </div>
  );
}

import { stateOf } from './states.js';

/** The state of a file: a word, and a colour that only repeats it. */
export function StateMark({ state }: { state: string }) {
  const { title, tone } = stateOf(state);
  return (
    <span className="state" data-tone={tone}>
      {title}
    </span>
  );
}

import type { Principal } from '#access';
import type { DeadLetterQuestion, Questions } from '#analytics';
import { BellwetherError, type SubmissionState } from '#vocabulary';
import { LIMITS, invalid } from '../ask/index.js';
import type { ApiServices } from '../services.js';

/** What one request did to dead letters. */
export interface Handled {
  readonly matched: number;
  readonly handled: number;
  /** There are more than one request handles. */
  readonly more: boolean;
}

interface Operating {
  readonly services: Pick<ApiServices, 'policy' | 'replay' | 'discard'>;
  /** As the principal may ask them. */
  readonly questions: Pick<Questions, 'deadLetters' | 'submission'>;
  readonly principal: Principal;
}

type Filter = Omit<DeadLetterQuestion, 'limit' | 'cursor'>;

/** Submissions that are read again when somebody asks for it; others have been counted, or taken back on purpose. */
const REPLAYABLE: ReadonlySet<SubmissionState> = new Set([
  'received', 'quarantined', 'awaiting_password', 'dead', 'discarded',
]); // prettier-ignore
const DEAD: ReadonlySet<SubmissionState> = new Set(['quarantined', 'awaiting_password', 'dead']);

function demandOperator({ services, principal }: Operating): void {
  const decision = services.policy.decide(principal, 'operate', { kind: 'system' });
  if (!decision.allowed) throw new BellwetherError('FORBIDDEN', decision.why);
}

async function matching(questions: Operating['questions'], filter: Filter): Promise<{ ids: string[]; more: boolean }> {
  if (Object.values(filter).every((value) => value === undefined))
    throw invalid('feed', 'give at least one of feed, facility, state, code, step, since');
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(LIMITS.page, LIMITS.letters - ids.length);
    const { items, next } = await questions.deadLetters({ ...filter, limit, cursor });
    ids.push(...items.map(({ submission }) => submission));
    cursor = next ?? undefined;
  } while (cursor !== undefined && ids.length < LIMITS.letters);
  return { ids, more: cursor !== undefined };
}

async function demandState(
  { questions }: Operating,
  submission: string,
  { states, what }: { states: ReadonlySet<SubmissionState>; what: string },
): Promise<void> {
  const { state } = (await questions.submission(submission)).info;
  if (!states.has(state))
    throw new BellwetherError('REQUEST_INVALID', `the submission is ${state}; only one that was refused is ${what}`);
}

const ONE: Handled = { matched: 1, handled: 1, more: false };
const noteOf = ({ id }: Principal, reason: string): string => `${id}: ${reason}`;

/** Has one submission read again. REQUEST_INVALID when it has been counted. */
export async function replayOne(operating: Operating, submission: string): Promise<Handled> {
  demandOperator(operating);
  await demandState(operating, submission, { states: REPLAYABLE, what: 'replayed' });
  await operating.services.replay([submission]);
  return ONE;
}

/** Has all that fit read again; at least one thing has to be said about them. */
export async function replayMany(
  operating: Operating,
  { dry, ...filter }: Filter & { readonly dry: 'yes' | 'no' },
): Promise<Handled> {
  demandOperator(operating);
  const { ids, more } = await matching(operating.questions, filter);
  if (dry === 'no') await operating.services.replay(ids);
  return { matched: ids.length, handled: dry === 'no' ? ids.length : 0, more };
}

/** Marks one dead letter as looked at and not wanted any more. REQUEST_INVALID when it is none. */
export async function discardOne(operating: Operating, submission: string, reason: string): Promise<Handled> {
  demandOperator(operating);
  await demandState(operating, submission, { states: DEAD, what: 'discarded' });
  await operating.services.discard([submission], noteOf(operating.principal, reason));
  return ONE;
}

/** The same for all that fit. */
export async function discardMany(
  operating: Operating,
  { dry, reason, ...filter }: Filter & { readonly dry: 'yes' | 'no'; readonly reason: string },
): Promise<Handled> {
  demandOperator(operating);
  const { ids, more } = await matching(operating.questions, filter);
  if (dry === 'no') await operating.services.discard(ids, noteOf(operating.principal, reason));
  return { matched: ids.length, handled: dry === 'no' ? ids.length : 0, more };
}

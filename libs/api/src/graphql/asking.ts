import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Questions } from '#analytics';
import { BellwetherError } from '#vocabulary';
import type { AuthorisedAlarms } from '../authorise/authorised-alarms.js';

/** What a resolver gets: the questions as the principal may ask them; undefined without credentials. */
export interface GraphqlContext {
  readonly questions: Questions | undefined;
  /** Undefined also where alarms are not served. */
  readonly alarms: AuthorisedAlarms | undefined;
}

/** Parameter of a resolver: the questions as whoever asks may ask them. UNAUTHENTICATED when nobody does. */
export const Asking = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { questions } = GqlExecutionContext.create(context).getContext<GraphqlContext>();
  if (!questions) throw new BellwetherError('UNAUTHENTICATED', 'no API key was sent');
  return questions;
});

/** Parameter of a resolver: alarms as whoever asks may have them. UNAUTHENTICATED when nobody does. */
export const Alarming = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { questions, alarms } = GqlExecutionContext.create(context).getContext<GraphqlContext>();
  if (!questions) throw new BellwetherError('UNAUTHENTICATED', 'no API key was sent');
  if (!alarms) throw new BellwetherError('NOT_FOUND', 'alarms are not served here');
  return alarms;
});

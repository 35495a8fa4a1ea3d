import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Questions } from '#analytics';
import { BellwetherError } from '#vocabulary';

/** What a resolver gets: the questions as the principal may ask them; undefined without credentials. */
export interface GraphqlContext {
  readonly questions: Questions | undefined;
}

/** Parameter of a resolver: the questions as whoever asks may ask them. UNAUTHENTICATED when nobody does. */
export const Asking = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { questions } = GqlExecutionContext.create(context).getContext<GraphqlContext>();
  if (!questions) throw new BellwetherError('UNAUTHENTICATED', 'no API key was sent');
  return questions;
});

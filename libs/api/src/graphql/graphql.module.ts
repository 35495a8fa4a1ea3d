import type { DynamicModule } from '@nestjs/common';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import type { ApiOptions } from '../services.js';
import type { GraphqlContext } from './asking.js';
import { BOUNDS, boundedOperation } from './bounds.js';
import { formattedError } from './errors.js';
import { graphqlPage } from './page.js';

/** GraphQL over HTTP at /graphql; see live.ts for subscriptions. The usual pages load from elsewhere; ours does not. */
export function graphqlModule({ log, introspection = true }: ApiOptions): DynamicModule {
  return GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    path: '/graphql',
    autoSchemaFile: true,
    sortSchema: true,
    graphiql: false,
    plugins: [graphqlPage],
    introspection,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    autoTransformHttpErrors: false,
    parseOptions: { maxTokens: BOUNDS.tokens },
    validationRules: [boundedOperation],
    context: ({ questions, alarms }: FastifyRequest): GraphqlContext => ({ questions, alarms }),
    formatError: (formatted, error) => formattedError(formatted, error, log),
  });
}

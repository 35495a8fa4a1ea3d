import 'reflect-metadata';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { isLoopbackHost } from '#access';
import { BellwetherError } from '#vocabulary';
import { readBodies } from './bodies.js';
import { AlarmsResolver } from './graphql/alarms.resolver.js';
import { ConnectionsResolver } from './graphql/connections.resolver.js';
import { guardGraphql } from './graphql/entrance.js';
import { graphqlModule } from './graphql/graphql.module.js';
import { serveLive } from './graphql/live.js';
import { openOperations } from './graphql/operations.js';
import { serveGraphqlScript } from './graphql/page.js';
import { QuestionsResolver } from './graphql/questions.resolver.js';
import { RowErrorsResolver } from './graphql/row-errors.resolver.js';
import { serveStream, STREAM_PATH } from './graphql/stream.js';
import { SubscriptionsResolver } from './graphql/subscriptions.resolver.js';
import { EPIDATA_PATH, withoutKey } from './epidata/credentials.js';
import { serveEpidata } from './epidata/serve-epidata.js';
import { EXPORT_JOBS, ExportController } from './export/export.controller.js';
import { type ExportJobs, openExportJobs } from './export/jobs.js';
import { LandingController } from './landing/landing.controller.js';
import { ONLY_TLS, PROTECTION, type Protection } from './protection.js';
import { openApiDocument } from './openapi/document.js';
import { serveDocument } from './openapi/reader.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { AlarmsController } from './rest/alarms.controller.js';
import { BedsController } from './rest/beds.controller.js';
import { NowcastController } from './rest/nowcast.controller.js';
import { BoardsController } from './rest/boards.controller.js';
import { BreakGlassController } from './rest/break-glass.controller.js';
import { CatalogueController } from './rest/catalogue.controller.js';
import { ClosingsController } from './rest/closings.controller.js';
import { ChartsController } from './rest/charts.controller.js';
import { CompletenessController } from './rest/completeness.controller.js';
import { DeadLettersController } from './rest/dead-letters.controller.js';
import { FeedsController } from './rest/feeds.controller.js';
import { CorrectionsController } from './rest/corrections.controller.js';
import { MapChartsController } from './rest/map-charts.controller.js';
import { ReportsController } from './rest/reports.controller.js';
import { OperationsController } from './rest/operations.controller.js';
import { serveUploads } from './rest/resumable.js';
import { tagAnswers } from './rest/conditional.js';
import { RevisionsController } from './rest/revisions.controller.js';
import { serveSession } from './rest/session.js';
import { SeriesController } from './rest/series.controller.js';
import { SubmissionsController } from './rest/submissions.controller.js';
import { SoapController } from './soap/soap.controller.js';
import { serveFrontPage } from './web/serve-web.js';
import { guard } from './guard/guard.js';
import { openFinishedAnswers, serveFinished } from './finished/index.js';
import { openFragments } from './rest/fragments.js';
import { REMEMBERED, remembered, type Remembered } from './rest/remembered.js';
import { assembler } from './rest/series-answer.js';
import { requestId } from './request-id.js';
import { type AnsweredRequest, type ApiOptions, type ApiServices, OPTIONS, SERVICES } from './services.js';

@Module({})
class ApiModule {}

const MEMORY = { finished: 128 << 20, fragments: 128 << 20 };

/** A request, upload included, that takes longer is cut off. */
const SLOWEST_REQUEST_MS = 15 * 60_000;

const SLOWEST_HEADERS_MS = 20_000;
const LARGEST_HEADERS = 16_384;
/** Longer than the minute after which balancers let an idle connection go, so that none sends into a closed one. */
const KEEP_ALIVE_MS = 72_000;

const CONTROLLERS = [
  LandingController,
  AlarmsController,
  BedsController,
  NowcastController,
  BoardsController,
  CatalogueController,
  ClosingsController,
  SeriesController,
  RevisionsController,
  ExportController,
  ChartsController,
  MapChartsController,
  ReportsController,
  CompletenessController,
  FeedsController,
  SubmissionsController,
  CorrectionsController,
  DeadLettersController,
  OperationsController,
  BreakGlassController,
  SoapController,
];

function apiModule(
  services: ApiServices,
  { options, kept, jobs }: { options: ApiOptions; kept: Remembered; jobs: ExportJobs | undefined },
): DynamicModule {
  return {
    module: ApiModule,
    imports: [graphqlModule(options)],
    controllers: CONTROLLERS,
    providers: [
      QuestionsResolver,
      RowErrorsResolver,
      AlarmsResolver,
      ConnectionsResolver,
      SubscriptionsResolver,
      { provide: SERVICES, useValue: services },
      { provide: OPTIONS, useValue: options },
      { provide: REMEMBERED, useValue: kept },
      { provide: EXPORT_JOBS, useValue: jobs },
    ],
  };
}

/** The door that a route belongs to, for the metrics. */
function doorOf(route: string): AnsweredRequest['door'] {
  if (route.startsWith('/v1/') || route.startsWith(EPIDATA_PATH)) return 'rest';
  return route === '/graphql' || route === STREAM_PATH ? 'graphql' : route === '/soap' ? 'soap' : 'other';
}

/** HTTP, or HTTPS where there is a certificate. */
function serverOf({ tls }: ApiOptions, handler: RequestListener): Server {
  const limits = {
    requestTimeout: SLOWEST_REQUEST_MS,
    headersTimeout: SLOWEST_HEADERS_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: LARGEST_HEADERS,
  };
  if (!tls) return createServer(limits, handler);
  const server = createSecureServer({ ...tls.options, ...limits }, handler);
  tls.serve(server);
  return server;
}

function prepare(
  fastify: FastifyInstance,
  {
    services,
    answered,
    protection,
  }: { services: ApiServices; answered: ApiOptions['answered']; protection: Protection },
): void {
  readBodies(fastify);
  fastify.addHook('onRequest', async (request, reply) => {
    reply.headers(protection).header('x-request-id', request.id);
  });
  guard(fastify, { services, doorOf });
  tagAnswers(fastify);
  if (!answered) return;
  fastify.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    answered({ door: doorOf(route), route, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
  });
}

/**
 * All doors on one server: REST under /v1, GraphQL at /graphql, SOAP at /soap, and a page at /. Returned before it
 * listens, so that the caller chooses when. Throws CONFIG_INVALID when it would be open to other machines.
 */
export async function createApi(services: ApiServices, options: ApiOptions): Promise<NestFastifyApplication> {
  const { sampleMode, host, port, log, version } = options;
  if (sampleMode && !isLoopbackHost(host.includes(':') ? `[${host}]` : host)) {
    throw new BellwetherError(
      'CONFIG_INVALID',
      `sample mode is open to everybody who can connect, so it listens on 127.0.0.1 only, not on ${host}`,
    );
  }
  const memory = options.memory ?? MEMORY;
  const finished = openFinishedAnswers({ maxBytes: memory.finished, policy: services.policy });
  const fragments = openFragments({ maxBytes: memory.fragments });
  const kept = remembered({ finished, fragments, records: services.records });
  const protection = options.tls ? { ...PROTECTION, ...ONLY_TLS } : PROTECTION;
  const { exportFolder } = options;
  const jobs = exportFolder === undefined ? undefined : await openExportJobs({ folder: exportFolder, now: Date.now });
  const problems = new ProblemFilter(log);
  const adapter = new FastifyAdapter({
    genReqId: requestId,
    rewriteUrl: withoutKey,
    bodyLimit: options.bodyLimit,
    return503OnClosing: true,
    skipMiddie: true,
    serverFactory: (handler: RequestListener) => serverOf(options, handler),
    // What the router cannot read never reaches a hook or a filter.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      problems.answer(error, request, reply.headers(protection)),
  });
  prepare(adapter.getInstance(), { services, answered: options.answered, protection });
  const app = await NestFactory.create<NestFastifyApplication>(apiModule(services, { options, kept, jobs }), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: false,
  });
  app.useGlobalFilters(problems);
  adapter.getInstance().addHook('preClose', async () => jobs?.close());
  serveEpidata(adapter.getInstance());
  serveGraphqlScript(adapter.getInstance());
  const schemaOf = (): GraphQLSchema => app.get(GraphQLSchemaHost).schema;
  const none = new Map<string, string>();
  const operations = openOperations(() => services.operations?.() ?? none, { schema: schemaOf, log });
  guardGraphql(adapter.getInstance(), { operations, log });
  serveStream(adapter.getInstance(), {
    authenticate: (credentials) => services.authenticate(credentials),
    schema: schemaOf,
    operations,
    introspection: options.introspection,
    log,
  });
  serveFrontPage(adapter.getInstance(), options.web);
  serveSession(adapter.getInstance(), services);
  if (services.uploads) serveUploads(adapter.getInstance(), services.uploads);
  serveDocument(app, openApiDocument(app, version));
  await app.init();
  const fastify = app.getHttpAdapter().getInstance();
  const schema = schemaOf();
  operations(); // so that what is wrong with them is in the log from the start
  const stopLive = serveLive(fastify.server, {
    schema,
    services,
    operations,
    introspection: options.introspection,
    log,
  });
  fastify.addHook('preClose', stopLive);
  const stopFinished = serveFinished(fastify.server, {
    services,
    finished,
    assemble: assembler({ services, fragments, finished }),
    answered: options.answered,
    further: options.tls ? Object.entries(ONLY_TLS).flat() : [],
    isSecure: options.tls !== undefined,
  });
  fastify.addHook('preClose', async () => stopFinished());
  await fastify.ready();
  if (sampleMode) log.warn({ host, port }, 'sample mode: everything is open to this machine, without a key');
  return app;
}

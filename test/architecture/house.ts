/** The plan of the house (docs/adr/0001-structure.md): which library stands on which floor, and what is pure. */
export interface House {
  /** Library → tier. Imports point to a lower tier only, never to the same. */
  readonly tiers: Readonly<Record<string, number>>;
  /** Path prefixes of what is handed everything it needs: no files, framework, queue, environment or wall clock. */
  readonly pure: readonly string[];
  /** Path prefixes of what runs in a browser: it imports pure libraries only, and nothing of Node. */
  readonly browser: readonly string[];
}

export const HOUSE: House = {
  tiers: {
    vocabulary: 0,
    'series-codec': 1,
    chart: 1,
    warehouse: 2,
    cache: 2,
    registry: 2,
    access: 2,
    audit: 2,
    'raw-store': 2,
    'embedded-clickhouse': 2,
    notices: 2,
    notify: 3,
    intake: 3,
    completeness: 1,
    detection: 1,
    privacy: 1,
    disclosure: 1,
    analytics: 3,
    release: 3,
    sample: 3,
    report: 2,
    recovery: 4,
    transport: 3,
    watch: 4,
    api: 4,
    platform: 4,
    'sql-door': 4,
  },
  pure: [
    'libs/vocabulary/src/',
    'libs/series-codec/src/',
    'libs/chart/src/',
    'libs/completeness/src/',
    'libs/detection/src/',
    'libs/privacy/src/',
    'libs/disclosure/src/',
    'libs/report/src/',
    'libs/intake/src/archive/',
    'libs/intake/src/parse/',
    'libs/intake/src/map/',
    'libs/intake/src/validate/',
  ],
  browser: ['apps/web/src/', 'clients/typescript/src/'],
};

/** Packages and built-ins a pure module does not import, as exact names or as prefixes ending in `/`. */
export const IMPURE_IMPORTS: readonly string[] = [
  ...[
    'fs',
    'fs/promises',
    'child_process',
    'cluster',
    'dgram',
    'http',
    'http2',
    'https',
    'net',
    'os',
    'process',
  ].flatMap((name) => [name, `node:${name}`]),
  '@nestjs/',
  '@clickhouse/',
  'bullmq',
  'chdb',
  'ioredis',
  'pino',
];

/** Names that say nothing about what is inside. */
export const EMPTY_NAMES: readonly string[] = [
  'common',
  'utils',
  'util',
  'helpers',
  'helper',
  'shared',
  'core',
  'manager',
  'misc',
];

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const { imports } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));
const doors = Object.fromEntries(
  Object.entries(imports).map(([name, built]) => [
    `^${name}$`,
    built.replace('./dist/', '<rootDir>/').replace(/\.js$/, '.ts'),
  ]),
);

export default {
  testEnvironment: 'node',
  // On two processors Jest would use one; most suites wait for servers half their time.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // A machine that does other things too may need many times what a suite needs by itself to start its servers.
  testTimeout: 60_000,
  extensionsToTreatAsEsm: ['.ts'],
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  moduleNameMapper: { ...doors, '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
};

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configurationError, type ConfigurationProblem } from './problems.js';
import type { Geography } from './model.js';
import { readGeography } from './read-geography.js';
import { readYaml } from './yaml-field.js';

const NAME = 'geography.yaml';
let shipped: Geography | undefined;

/** The geography that comes with Bellwether, for configuration folders without one. Read once. */
export function shippedGeography(): Geography {
  return (shipped ??= readShipped(shippedFolder()));
}

/** `config/geography` above this file: the depth differs between the source and the built tree. */
function shippedFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let folder = here; ; folder = dirname(folder)) {
    const candidate = join(folder, 'config/geography');
    if (existsSync(join(candidate, NAME))) return candidate;
    if (dirname(folder) === folder) throw new Error(`no config/geography above ${here}`);
  }
}

function readShipped(folder: string): Geography {
  const problems: ConfigurationProblem[] = [];
  const names = readdirSync(folder).filter((name) => /\.csv(?:\.gz)?$/.test(name));
  const field = readYaml(NAME, readFileSync(join(folder, NAME), 'utf8'), problems);
  const get = (name: string): Buffer | undefined =>
    names.includes(name) ? readFileSync(join(folder, name)) : undefined;
  const geography = field && readGeography(field, { get, names, problems });
  if (geography === undefined) throw configurationError(folder, problems);
  return geography;
}

import { createHash } from 'node:crypto';
import { type CodeTable, type CodeTables, readCodeTable, viewOf, wholeView } from './code-table.js';
import type { AlarmRule, CodeMap, Configuration, Dataset, Feed, Geography } from './model.js';
import { type ConfigurationProblem, configurationError } from './problems.js';
import { readAlarmRule } from './read-alarm-rule.js';
import { readDataset } from './read-dataset.js';
import { readFeed } from './read-feed.js';
import { type FolderContent, readFolder, textOfFile } from './read-folder.js';
import { readGeography } from './read-geography.js';
import { shippedGeography } from './shipped-geography.js';
import { type Field, readYaml } from './yaml-field.js';

const ID = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/**
 * A configuration as it would be with other texts for some of its files (`feeds/retail.yaml` → text), which need not
 * exist yet. Throws as {@link loadConfiguration} does.
 */
export function draftConfiguration(folder: string, drafts: Readonly<Record<string, string>>): Configuration {
  const problems: ConfigurationProblem[] = [];
  const { files, version } = readFolder(folder, problems);
  const drafted = Object.entries(drafts).map(([path, text]) => [path, Buffer.from(text)] as const);
  return configurationOf(folder, { content: { files: new Map([...files, ...drafted]), version }, problems });
}

/**
 * Reads and checks a whole configuration folder. Throws one BellwetherError CONFIG_INVALID that lists every problem
 * with file, line, column and key; `problemsOf` gives them as data. Secrets are not read here.
 */
export function loadConfiguration(folder: string): Configuration {
  const problems: ConfigurationProblem[] = [];
  return configurationOf(folder, { content: readFolder(folder, problems), problems });
}

function configurationOf(
  folder: string,
  { content, problems }: { content: FolderContent; problems: ConfigurationProblem[] },
): Configuration {
  const codes: CodeTables = { tables: readTables(content, problems), problems };

  const datasets = new Map<string, Dataset>();
  const datasetFiles = idsIn('datasets', content, problems);
  for (const [id, path] of datasetFiles) {
    const field = yamlAt(path, content, problems);
    const before = problems.length;
    const dataset = field && readDataset(id, field, codes);
    // A dataset in doubt is not used to judge feeds: one mistake, one message.
    if (dataset && problems.length === before) datasets.set(id, dataset);
  }

  const feeds = new Map<string, Feed>();
  for (const [id, path] of idsIn('feeds', content, problems)) {
    const field = yamlAt(path, content, problems);
    const feed = field && readFeed(id, field, { codes, datasets, knownDatasets: [...datasetFiles.keys()] });
    if (feed) feeds.set(id, feed);
  }

  const alarms = new Map<string, AlarmRule>();
  for (const [id, path] of idsIn('alarms', content, problems)) {
    const field = yamlAt(path, content, problems);
    const rule = field && readAlarmRule(id, field, { datasets, knownDatasets: [...datasetFiles.keys()] });
    if (rule) alarms.set(id, rule);
  }

  const crosswalk = geographyIn(content, problems) ?? shippedGeography();
  const codeMaps = codeMapsOf(codes);
  const operations = new Map<string, string>();
  for (const [id, path] of idsIn('operations', content, problems, '.graphql'))
    operations.set(id, textOfFile(path, content, problems) ?? '');
  if (problems.length > 0) throw configurationError(folder, problems);
  return { folder, datasets, feeds, alarms, codes: codeMaps, crosswalk, operations, version: content.version };
}

/** The folder's own geography; undefined when it has none (or one with problems). */
function geographyIn(content: FolderContent, problems: ConfigurationProblem[]): Geography | undefined {
  const { files } = content;
  const names = [...files.keys()].filter((path) => path.startsWith('geography/')).map((path) => path.slice(10));
  if (names.length === 0) return undefined;
  const path = 'geography/geography.yaml';
  if (!files.has(path)) {
    problems.push({
      ...misnamed(path, ''),
      found: 'no such file',
      expected: 'a file that names the tables of the folder',
    });
    return undefined;
  }
  const hash = createHash('sha256');
  for (const name of names) hash.update(`${name}\n`).update(files.get(`geography/${name}`) ?? '');
  const digest = hash.digest('hex');
  if (lastGeography?.digest === digest) return lastGeography.geography;
  const field = yamlAt(path, content, problems);
  const tables = names.filter((name) => /\.csv(?:\.gz)?$/.test(name));
  const get = (name: string): Buffer | undefined => files.get(`geography/${name}`);
  const geography = field && readGeography(field, { get, names: tables, problems });
  if (geography) lastGeography = { digest, geography };
  return geography;
}

/** A geography is large and hardly ever edited: a reload with the same bytes takes the one that was read last. */
let lastGeography: { readonly digest: string; readonly geography: Geography } | undefined;

/** Files of one subfolder by id; other files there are problems, so that a `.yml` is not silently left out. */
function idsIn(
  subfolder: string,
  { files }: FolderContent,
  problems: ConfigurationProblem[],
  ending = '.yaml',
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const path of files.keys()) {
    if (!path.startsWith(`${subfolder}/`)) continue;
    const name = path.slice(subfolder.length + 1);
    const id = name.endsWith(ending) ? name.slice(0, -ending.length) : '';
    if (ID.test(id)) found.set(id, path);
    else if (!/^(?:README|LICEN[CS]E)/.test(name)) problems.push(misnamed(path, `${subfolder}/<id>${ending}`));
  }
  return found;
}

function readTables(content: FolderContent, problems: ConfigurationProblem[]): ReadonlyMap<string, CodeTable> {
  const tables = new Map<string, CodeTable>();
  for (const path of content.files.keys()) {
    if (!path.startsWith('codes/')) continue;
    const name = path.slice('codes/'.length);
    const id = name.replace(/\.(?:csv|yaml)$/, '');
    if (!/\.(?:csv|yaml)$/.test(name) || !ID.test(id)) {
      if (!/^(?:README|LICEN[CS]E)/.test(name)) problems.push(misnamed(path, 'codes/<id>.csv'));
    } else if (name.endsWith('.yaml')) {
      if (!content.files.has(`codes/${id}.csv`)) problems.push(misnamed(path, `a file codes/${id}.csv beside it`));
    } else {
      const beside = `codes/${id}.yaml`;
      const declaration = content.files.has(beside) ? yamlAt(beside, content, problems) : undefined;
      const text = textOfFile(path, content, problems);
      const table = text === undefined ? undefined : readCodeTable({ id, file: path, text, declaration }, problems);
      if (table) tables.set(id, table);
    }
  }
  return tables;
}

function yamlAt(path: string, content: FolderContent, problems: ConfigurationProblem[]): Field | undefined {
  const text = textOfFile(path, content, problems);
  return text === undefined ? undefined : readYaml(path, text, problems);
}

const misnamed = (file: string, expected: string): ConfigurationProblem => ({
  file,
  line: 1,
  column: 1,
  path: '',
  found: 'a file name that is not used',
  expected: `${expected}, an id of lower-case letters, digits and "-"`,
  suggestion: undefined,
});

/** Tables by their key column. Where a `.yaml` declares the key, it has to be unique. */
function codeMapsOf({ tables, problems }: CodeTables): ReadonlyMap<string, CodeMap> {
  const maps = new Map<string, CodeMap>();
  for (const [id, table] of tables) {
    if (table.isKeyDeclared) viewOf(table, { key: table.key, where: {} }, problems);
    const map = wholeView(table);
    if (map) maps.set(id, map);
  }
  return maps;
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfiguration } from './load.js';
import { formatProblem, problemsOf } from './problems.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rules-'));
  for (const name of ['datasets', 'alarms']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'datasets/visits.yaml'), 'categories: [fever, rash]\n');
  writeFileSync(join(folder, 'datasets/weekly.yaml'), 'categories: [fever]\ncadence: week\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function ruleOf(yaml: string) {
  writeFileSync(join(folder, 'alarms/some.yaml'), yaml);
  return loadConfiguration(folder).alarms.get('some');
}
function problems(yaml: string): string[] {
  try {
    ruleOf(yaml);
    return [];
  } catch (error) {
    return problemsOf(error).map(formatProblem);
  }
}

describe('a rule of alarms', () => {
  it('needs a dataset only, and has the defaults that the documentation states', () => {
    expect(ruleOf('dataset: visits\n')).toEqual({
      id: 'some',
      title: 'some',
      enabled: true,
      dataset: 'visits',
      categories: ['fever', 'rash'],
      levels: ['nation', 'hhs', 'state', 'county'],
      method: 'switch',
      parameters: {},
      days: 7,
      history: undefined,
      daily: undefined,
      matching: { leastShare: 0.2, leastPresence: 0.75, leastPast: 0.75 },
      falseDiscovery: { control: 'benjamini-hochberg', rate: 0.1 },
      budget: 10,
      gap: 3,
      closeAfter: 14,
    });
  });

  it('may say all of it', () => {
    const yaml = 'dataset: visits\ncategories: [rash]\nlevels: zip\nmethod: ears-c2\nparameters: { baseline: 14 }\ndaily: "06:30"\nbudget: 0\n';
    expect(ruleOf(yaml)).toMatchObject({
      categories: ['rash'], levels: ['zip'], method: 'ears-c2', parameters: { baseline: 14 }, daily: 390, budget: 0,
    });
  }); // prettier-ignore

  it('of a weekly dataset judges four weeks as weeks are judged', () => {
    expect(ruleOf('dataset: weekly\n')).toMatchObject({
      method: 'farrington-flexible',
      days: 28,
      gap: 7,
      closeAfter: 28,
    });
    expect(ruleOf('dataset: weekly\nmethod: ears-c2\ndays: 14\n')).toMatchObject({
      method: 'ears-c2',
      days: 14,
      gap: 7,
    });
  });

  it.each([
    ['title: x\n', 'found no key "dataset"'],
    ['dataset: visit\n', 'did you mean "visits"?'],
    ['dataset: visits\nmethod: switsh\n', 'alarms/some.yaml:2:9 method: found "switsh"'],
    ['dataset: visits\nmethod: ears-c2\nparameters: { basline: 14 }\n', 'did you mean "baseline"?'],
    ['dataset: visits\nmethod: ears-c2\nparameters: { baseline: 1 }\n', 'parameters.baseline: found "1", expected'],
    ['dataset: visits\nlevels: [event_zip]\n', 'levels[0]: found "event_zip"'],
    ['dataset: visits\ncategories: []\n', 'found no categories'],
    ['dataset: visits\ndaily: noon\n', 'expected a time of day, "06:30"'],
    ['dataset: visits\nfalseDiscovery: { rate: 2 }\n', 'falseDiscovery.rate: found "2"'],
    ['dataset: visits\nbudgets: 3\n', 'did you mean "budget"?'],
    ['- dataset\n', 'found no rule'],
  ])('that is wrong is refused with its place and what was expected: %j', (yaml, expected) => {
    expect(problems(yaml).join('\n')).toContain(expected);
  });
});

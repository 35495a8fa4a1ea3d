import { EMPTY_NAMES, IMPURE_IMPORTS, type House } from './house.js';
import { homeOf, isTest, relativeTarget, type Module } from './modules.js';

/** One thing that is not as the house wants it: the rule, the file, and what was found. */
export interface Violation {
  readonly rule: RuleName;
  readonly path: string;
  readonly found: string;
}

interface Survey {
  readonly modules: readonly Module[];
  readonly house: House;
  /** Names in package.json "imports": `#warehouse`, … */
  readonly doors: ReadonlySet<string>;
}

type Rule = (survey: Survey) => readonly { readonly path: string; readonly found: string }[];

const DOOR = /^#([a-z0-9-]+)$/;

/**
 * Every rule of the house, by name. Specifications keep to doors and names too, but may stand on any floor and read
 * files: a warehouse is specified against a running engine.
 */
export const RULES = {
  'imports point to a lower tier': downward,
  'another library is imported through its door': throughDoors,
  'an application is imported by nobody': applicationsAlone,
  'a pure module is handed what it needs': pure,
  'a name says what is inside': telling,
  'a library has a door': doored,
  'a library has a tier': tiered,
  'a library has no import cycle': acyclic,
  'what runs does not import what tests': untested,
  'the browser gets pure libraries only': inBrowser,
} satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;

export function violationsOf(survey: Survey): readonly Violation[] {
  return (Object.entries(RULES) as [RuleName, Rule][]).flatMap(([rule, judge]) =>
    judge(survey).map((found) => ({ rule, ...found })),
  );
}

function downward({ modules, house }: Survey): { path: string; found: string }[] {
  const found: { path: string; found: string }[] = [];
  for (const module of modules) {
    const home = homeOf(module.path);
    if (home?.kind !== 'libs' || isTest(module.path)) continue;
    const own = house.tiers[home.name] ?? Infinity;
    for (const specifier of module.imports) {
      const target = DOOR.exec(specifier)?.[1] ?? libraryBehind(module, specifier);
      if (target === undefined || target === home.name) continue;
      const tier = house.tiers[target] ?? Infinity;
      if (tier >= own) found.push({ path: module.path, found: `tier ${own} imports ${specifier} of tier ${tier}` });
    }
  }
  return found;
}

function throughDoors({ modules, doors }: Survey): { path: string; found: string }[] {
  const found: { path: string; found: string }[] = [];
  for (const module of modules) {
    const home = homeOf(module.path);
    for (const specifier of module.imports) {
      const relative = relativeTarget(module, specifier);
      const elsewhere = relative !== undefined && !relative.startsWith(`${home?.kind}/${home?.name}/`);
      const unknown = specifier.startsWith('#') && !doors.has(specifier);
      const ownDoor = home?.kind === 'libs' && specifier === `#${home.name}` && !isTest(module.path);
      const raw = /^(?:libs|dist)\/|\/libs\//.test(specifier);
      if (elsewhere || unknown || ownDoor || raw) found.push({ path: module.path, found: specifier });
    }
  }
  return found;
}

function applicationsAlone({ modules }: Survey): { path: string; found: string }[] {
  const found: { path: string; found: string }[] = [];
  for (const module of modules) {
    const home = homeOf(module.path);
    for (const specifier of module.imports) {
      const target = homeOf(relativeTarget(module, specifier) ?? specifier);
      if (target?.kind !== 'apps' || (home?.kind === 'apps' && home.name === target.name)) continue;
      found.push({ path: module.path, found: specifier });
    }
  }
  return found;
}

function pure({ modules, house }: Survey): { path: string; found: string }[] {
  const judged = modules.filter(({ path }) => !isTest(path) && house.pure.some((prefix) => path.startsWith(prefix)));
  return judged.flatMap(({ path, imports, ambient }) => [
    ...imports.filter(isImpure).map((specifier) => ({ path, found: `imports ${specifier}` })),
    ...ambient.map(({ what, line }) => ({ path, found: `${what} in line ${line}` })),
  ]);
}

function isImpure(specifier: string): boolean {
  return IMPURE_IMPORTS.some((name) => specifier === name || (name.endsWith('/') && specifier.startsWith(name)));
}

function telling({ modules }: Survey): { path: string; found: string }[] {
  return modules.flatMap(({ path }) => {
    const words = path.split('/').flatMap((segment) => segment.replace(/\.tsx?$/, '').split(/[.-]/));
    const empty = words.find((word) => EMPTY_NAMES.includes(word.toLowerCase()));
    return empty === undefined ? [] : [{ path, found: empty }];
  });
}

function doored({ modules, doors }: Survey): { path: string; found: string }[] {
  const paths = new Set(modules.map(({ path }) => path));
  return libraries(modules).flatMap((name) => {
    const door = `libs/${name}/src/index.ts`;
    if (!paths.has(door)) return [{ path: `libs/${name}`, found: 'no src/index.ts' }];
    return doors.has(`#${name}`) ? [] : [{ path: door, found: `#${name} is not in package.json "imports"` }];
  });
}

function tiered({ modules, house }: Survey): { path: string; found: string }[] {
  return libraries(modules)
    .filter((name) => house.tiers[name] === undefined)
    .map((name) => ({ path: `libs/${name}`, found: 'not in the plan of the house' }));
}

function untested({ modules }: Survey): { path: string; found: string }[] {
  return modules
    .filter(({ path }) => !isTest(path))
    .flatMap((module) =>
      module.imports
        .filter((specifier) => isTest(relativeTarget(module, specifier) ?? '') || specifier.startsWith('@jest/'))
        .map((specifier) => ({ path: module.path, found: specifier })),
    );
}

/** Depth-first walk over relative imports; a step onto the current path closes a cycle. */
function acyclic({ modules }: Survey): { path: string; found: string }[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const done = new Set<string>();
  const found: { path: string; found: string }[] = [];
  const walk = (module: Module, trail: readonly string[]): void => {
    for (const specifier of module.imports) {
      const next = byPath.get(relativeTarget(module, specifier) ?? '');
      if (next === undefined || done.has(next.path)) continue;
      const at = trail.indexOf(next.path);
      if (at >= 0) found.push({ path: next.path, found: [...trail.slice(at), next.path].join(' → ') });
      else walk(next, [...trail, next.path]);
    }
    done.add(module.path);
  };
  for (const module of modules) if (!done.has(module.path)) walk(module, [module.path]);
  return found;
}

/** Libraries above tier 1, Node's modules and the server's packages have no place in a browser. */
function inBrowser({ modules, house }: Survey): { path: string; found: string }[] {
  const judged = modules.filter(({ path }) => house.browser.some((prefix) => path.startsWith(prefix)));
  return judged.flatMap(({ path, imports }) =>
    imports
      .filter((specifier) => {
        const library = DOOR.exec(specifier)?.[1];
        return library === undefined
          ? specifier.startsWith('node:') || isImpure(specifier)
          : (house.tiers[library] ?? Infinity) > 1;
      })
      .map((specifier) => ({ path, found: specifier })),
  );
}

function libraries(modules: readonly Module[]): readonly string[] {
  const names = modules.flatMap(({ path }) => {
    const home = homeOf(path);
    return home?.kind === 'libs' ? [home.name] : [];
  });
  return [...new Set(names)];
}

function libraryBehind(module: Module, specifier: string): string | undefined {
  const home = homeOf(relativeTarget(module, specifier) ?? '');
  return home?.kind === 'libs' ? home.name : undefined;
}

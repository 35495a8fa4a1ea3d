import type { Engine } from './engine.js';
import { statement } from './statements.js';

/** How far detection is with one rule. */
export interface RuleLag {
  readonly rule: string;
  /** The newest run that followed a commit, milliseconds since the epoch; null when there was none. */
  readonly ranAt: number | null;
  /** Milliseconds from when the newest commit that this run had seen was counted until the run; null where either is not known. */
  readonly lag: number | null;
  /** Submissions counted since the newest commit that any run had seen. Those of days that nothing watches need no run. */
  readonly unjudged: number;
}

/** Commits that are looked at; beyond, the number of unjudged submissions is that of these. */
const MOST_COMMITS = 10_000;

/** How long ago what was counted has been judged, of rules that watch the same feeds; what came before `since` is left out. */
export async function detectionLag(
  engine: Engine,
  question: { readonly rules: readonly string[]; readonly feeds: readonly string[]; readonly since: number },
): Promise<RuleLag[]> {
  const { rules, feeds, since } = question;
  if (rules.length === 0 || feeds.length === 0) return [];
  const runs = await engine.rows<[string, string, string, string]>(statement('newest-runs'), { rules, since });
  const byRule = new Map(runs.map(([rule, seen, at, followed]) => [rule, [seen, at, followed].map(Number)] as const));
  const oldest = Math.min(...rules.map((rule) => byRule.get(rule)?.[2] ?? 0));
  const asked = { feeds, since, rev: oldest, limit: MOST_COMMITS };
  const commits = (await engine.rows<[string, string, string]>(statement('counted-from'), asked)).map((row) => row.map(Number)); // prettier-ignore
  return rules.map((rule): RuleLag => {
    const [seen = 0, at = 0, followed = 0] = byRule.get(rule) ?? [];
    const counted = commits.find(([rev]) => rev === followed)?.[1];
    return {
      rule,
      ranAt: at === 0 ? null : at,
      lag: at === 0 || counted === undefined ? null : Math.max(0, at - counted),
      unjudged: commits.reduce((sum, [rev = 0, , submissions = 0]) => sum + (rev > seen ? submissions : 0), 0),
    };
  });
}

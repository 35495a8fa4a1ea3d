import { parseArgs } from 'node:util';
import { openAuditor } from '#disclosure';
import { protectionFor } from '#privacy';
import { play } from './campaign.js';
import { careful, forgetful, primaryOnly } from './publishers.js';

/** Plays random days through many revisions and looks for small counts that all that was shown would give away. */
const { values } = parseArgs({
  options: {
    releases: { type: 'string', default: '1000' },
    revisions: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    threshold: { type: 'string', default: '10' },
    publisher: { type: 'string', default: 'careful' },
  },
});
const PUBLISHERS = { careful, forgetful, 'primary-only': primaryOnly };
const publisher = PUBLISHERS[values.publisher as keyof typeof PUBLISHERS];
const threshold = Number(values.threshold);
const rule = { threshold, protection: protectionFor(threshold) };
const began = Date.now();
const auditor = await openAuditor();
const totals = play(
  auditor,
  {
    seed: Number(values.seed),
    releases: Number(values.releases),
    revisions: Number(values.revisions),
    rule,
    publisher,
  },
  ({ days, derivable }) => {
    if (days % 100 === 0) process.stderr.write(`  ${days} days, ${derivable} derivable\n`);
  },
);
const { first, ...numbers } = totals;
process.stdout.write(
  `${JSON.stringify({ ...values, protection: rule.protection, ...numbers, seconds: (Date.now() - began) / 1000 }, null, 1)}\n`,
);
for (const line of first) process.stdout.write(`${line}\n`);
if (totals.derivable + totals.wrong > 0) process.exit(1);

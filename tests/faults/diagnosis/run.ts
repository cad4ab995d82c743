import { withLab } from '../support/withLab.ts';
import { corpus } from './corpus/index.ts';
import { falseAlarms } from './healthy.ts';
import { deploymentOf } from './labs.ts';
import { nameCloud } from './names.ts';
import { type Played, play } from './play.ts';
import type { Scenario } from './scenario.ts';

/**
 * Breaks deployments one way after the other and asks what is wrong. Words choose scenarios by parts of their names; the
 * healthy lab of each kind is always asked. Ends with the line that counts.
 */
const words = process.argv.slice(2);
const chosen = corpus.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
const kinds = (['embedded', 'provider-only', 'full'] as const).filter(
  (kind) => words.length === 0 || chosen.some(({ lab }) => lab === kind),
);

const played: Played[] = [];
let alarms = 0;

const line = (text: string) => console.log(text);

function report(kind: Scenario['lab'], { scenario, named, instead, seconds, left }: Played): void {
  line(
    `${named ? 'named ' : 'MISSED'} ${scenario.name} (${scenario.source}): ${scenario.first} (${seconds} s)`,
  );
  if (instead !== undefined) line(`       instead: ${instead}`);
  for (const { code, text } of left) line(`FALSE ALARM ${kind} after ${scenario.name}: ${code}: ${text}`);
}

/**
 * Runs scenarios one after the other on one lab. Ends early, with those that are still to be run, when one has left
 * something behind: what came after it would be judged on a broken lab.
 */
async function runOnOneLab(
  kind: Scenario['lab'],
  scenarios: readonly Scenario[],
): Promise<readonly Scenario[]> {
  let rest = scenarios;
  await withLab(`diagnosis-${kind}`, deploymentOf(kind), async (lab) => {
    const names = await nameCloud(lab, kind);
    const check = async (when: string) => {
      for (const alarm of await falseAlarms(lab, names, kind)) {
        alarms += 1;
        line(`FALSE ALARM ${kind} ${when}: ${alarm}`);
      }
    };
    await check('at first');
    for (const scenario of scenarios) {
      const result = await play(lab, names, scenario);
      rest = rest.slice(1);
      played.push(result);
      alarms += result.left.length;
      report(kind, result);
      if (result.left.length > 0) return;
    }
    if (scenarios.length > 0) await check('at the end');
  });
  return rest;
}

for (const kind of kinds) {
  let rest: readonly Scenario[] = chosen.filter(({ lab }) => lab === kind);
  do {
    rest = await runOnOneLab(kind, rest);
  } while (rest.length > 0);
}
const first = played.filter(({ named }) => named).length;
console.log(`named first ${first} of ${played.length}, false alarms ${alarms}`);
process.exitCode = first >= 0.95 * played.length && alarms === 0 ? 0 : 1;

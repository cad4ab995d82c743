import type { Finding } from '../../../src/health/finding.ts';
import { runIn } from '../../../src/lab/host.ts';
import { hostNamed, type Lab, operatorEnv } from '../../../src/lab/lab.ts';
import { nodeProgram, projectRoot } from '../../../src/lab/paths.ts';
import { hostWith } from '../../../src/lab/topology.ts';
import { type Names, named } from './names.ts';
import type { Ask } from './scenario.ts';

const GET = `${projectRoot}/tests/faults/diagnosis/get.ts`;

/** Words that print JSON, and where they are typed. */
function wordsOf(lab: Lab, names: Names, ask: Ask): { host: string; words: string[] } {
  const controller = hostWith(lab.topology, 'control').name;
  const all = (words: readonly string[]) => words.map((word) => named(word, names));
  if ('doctor' in ask)
    return { host: ask.doctor, words: ['neutron-doctor', '--json', ...all(ask.words ?? [])] };
  if ('trace' in ask)
    return { host: controller, words: ['neutron', 'trace', ...all(ask.trace), '-f', 'json'] };
  if ('verify' in ask)
    return { host: controller, words: ['neutron', 'verify', ...all(ask.verify), '-f', 'json'] };
  const [path, query] = 'diagnosis' in ask ? named(ask.diagnosis, names).split('?') : ['nts-problems'];
  const target = 'diagnosis' in ask ? `${path}/diagnosis${query === undefined ? '' : `?${query}`}` : path!;
  return { host: controller, words: [nodeProgram, GET, target] };
}

/** Every finding in an answer, in its order. */
const findingsIn = (answer: unknown): Finding[] => {
  if (Array.isArray(answer)) return answer.flatMap(findingsIn);
  if (typeof answer !== 'object' || answer === null) return [];
  const one = answer as Partial<Finding>;
  if (typeof one.code === 'string' && typeof one.severity === 'string' && typeof one.text === 'string')
    return [one as Finding];
  return Object.values(answer).flatMap(findingsIn);
};

/** Asks, and returns the findings of the answer: `problems` where it has them, else whatever it holds. */
export async function answer(lab: Lab, names: Names, ask: Ask): Promise<readonly Finding[]> {
  const { host, words } = wordsOf(lab, names, ask);
  const { stdout, stderr } = await runIn(hostNamed(lab, host), words, {
    env: operatorEnv(lab),
    allowed: [0, 1],
  });
  try {
    const parsed = JSON.parse(stdout) as { problems?: unknown; diagnosis?: { problems?: unknown } };
    return findingsIn(parsed.diagnosis?.problems ?? parsed.problems ?? parsed);
  } catch {
    throw new Error(`${words.join(' ')} printed no JSON: ${stdout.slice(0, 500)} ${stderr.slice(0, 500)}`);
  }
}

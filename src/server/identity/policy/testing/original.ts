import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const python = '/usr/bin/python3';

/** Why the original cannot be asked; false when it can. */
export const originalMissing: string | false =
  spawnSync(python, ['-c', 'import neutron.policy'], { stdio: 'ignore' }).status === 0
    ? false
    : `the original (neutron.policy for ${python}) is not installed`;

/** What Neutron's own policy engine answers to each task; oracle.py says what tasks there are. */
export async function askOriginal(tasks: readonly object[]): Promise<unknown[]> {
  const oracle = spawn(python, [fileURLToPath(new URL('oracle.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  oracle.stdin.end(tasks.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const [output] = await Promise.all([text(oracle.stdout), once(oracle, 'exit')]);
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

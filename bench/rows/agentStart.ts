import { startAgain } from '../../src/lab/daemons.ts';
import { withCpu } from '../measure.ts';
import type { Sample } from '../row.ts';
import type { Target } from '../target/target.ts';

/**
 * Seconds from the start of an agent of the controller, which is down, until what `end` waits for, which begins to wait before and
 * tells the time in milliseconds since the epoch; with the processor time of these daemons.
 */
export async function secondsFromStart(
  target: Target,
  name: string,
  daemons: readonly string[],
  end: () => Promise<number>,
): Promise<Sample> {
  const { result, cpu } = await withCpu({ ...target, daemons }, async () => {
    const began = Date.now();
    const [ended] = await Promise.all([end(), startAgain(target.lab, { host: 'controller', name })]);
    return ended - began;
  });
  return { values: [result / 1000], cpu };
}

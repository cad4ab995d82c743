import { runIn } from '../../src/lab/host.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import { nodeProgram } from '../../src/lab/paths.ts';
import { elapsed } from '../measure.ts';
import type { Floor, Unit } from '../row.ts';

/** How long node takes to start and end, in milliseconds or seconds. */
export const startOfNode = (unit: Unit = 'ms'): Floor => ({
  what: 'node starts and ends',
  measure: async ({ lab }) =>
    (await elapsed(() => runIn(hostNamed(lab, 'controller'), [nodeProgram, '-e', '0']))) /
    (unit === 's' ? 1000 : 1),
});

/** What an idle node tells of itself, in MiB. */
export const memoryOfNode: Floor = {
  what: 'one node that does nothing',
  async measure({ lab }) {
    const tell =
      "process.stdout.write(/^Pss:\\s+(\\d+)/m.exec(require('fs').readFileSync('/proc/self/smaps_rollup','utf8'))[1])";
    const { stdout } = await runIn(hostNamed(lab, 'controller'), [nodeProgram, '-e', tell]);
    return Number(stdout) / 1024;
  },
};

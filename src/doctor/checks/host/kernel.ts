import { release } from 'node:os';
import { kernelWithoutVxlan } from '../../../health/catalogue/kernel.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import { CommandFailed, run } from '../../../linux/process.ts';
import type { DoctorContext } from '../../context.ts';

const PROBE = 'ntsdoctor0';

/** Tries to make a VXLAN device, in a network namespace of its own that ends with the try. */
export const kernelVxlan: Check<DoctorContext> = {
  name: 'kernel: VXLAN',
  async run({ root, host }) {
    if (!root) return notChecked('it needs root');
    const words = [
      'unshare',
      '--net',
      'ip',
      'link',
      'add',
      PROBE,
      'type',
      'vxlan',
      'id',
      '1',
      'dstport',
      '4789',
    ];
    try {
      await run(words);
      return failing([], `a VXLAN device can be made on kernel ${release()}`);
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      const evidence = [error.message];
      return failing([kernelWithoutVxlan.found({ version: release() }, { host, evidence })]);
    }
  },
};

import { clockSkew } from '../../../health/catalogue/underlay.ts';
import { type Check, failing, notChecked, pass } from '../../../health/checks.ts';
import { clockAt } from '../../../linux/probes/index.ts';
import { type Clock, cloudOf } from '../../cloud.ts';
import type { DoctorContext } from '../../context.ts';
import { tunnelPeers } from './tunnelPeers.ts';

const WARN_SECONDS = 1;

/** This host's clock against those of the other hosts and of the database. Keystone's is looked at with the login. */
export const clocks: Check<DoctorContext> = {
  name: 'clocks: this host and the others',
  async run(context) {
    const [cloud, hosts] = await Promise.all([cloudOf(context), hostClocks(context)]);
    const seen = [cloud.facts ? cloud.clock : undefined, ...hosts].filter((clock) => clock !== undefined);
    if (seen.length === 0) return notChecked('no other machine told its time');
    const evidence = seen.map(
      ({ whose, ahead, within }) =>
        `${whose}: ${Math.abs(ahead).toFixed(1)} s ${ahead < 0 ? 'behind' : 'ahead'}, to within ${within.toFixed(1)} s`,
    );
    // One is enough: which of several others is right, only their own clocks tell, and they are all in the evidence.
    const off = seen.find(isOff);
    if (off === undefined) return pass(...evidence);
    const args = { whose: off.whose, seconds: Math.round(Math.abs(off.ahead)), ahead: off.ahead > 0 };
    return failing([clockSkew.found(args, { host: context.host, evidence })]);
  },
};

/** Whether the clocks differ for certain: by more than what the way there may account for. */
export const isOff = ({ ahead, within }: Clock): boolean => Math.abs(ahead) - within > WARN_SECONDS;

/** Clocks of the hosts that have tunnels, as their kernels tell them. */
async function hostClocks(context: DoctorContext): Promise<Clock[]> {
  if (!context.root) return [];
  const others = await tunnelPeers(context);
  const clocks = await Promise.all(
    others.map(async ({ name, address }) => {
      const clock = await clockAt(address);
      return clock === undefined ? [] : [{ whose: name, ...clock }];
    }),
  );
  return clocks.flat();
}

import { keystoneAuthtoken } from '../../../config/options/index.ts';
import { clockSkew } from '../../../health/catalogue/underlay.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import { type Clock, cloudOf } from '../../cloud.ts';
import type { DoctorContext } from '../../context.ts';

const WARN_SECONDS = 1;
const KEYSTONE_MS = 1500;

/** This host's clock against those of the machines that it works with. */
export const clocks: Check<DoctorContext> = {
  name: 'clocks: this host and the others',
  async run(context) {
    const [cloud, keystone] = await Promise.all([cloudOf(context), keystoneClock(context)]);
    const seen = [cloud.facts ? cloud.clock : undefined, keystone].filter((clock) => clock !== undefined);
    if (seen.length === 0) return notChecked('no other machine told its time: run it on the other hosts');
    const evidence = seen.map(
      ({ whose, ahead, within }) => `${whose}: ${ahead.toFixed(1)} s ahead, to within ${within.toFixed(1)} s`,
    );
    return failing(
      seen
        .filter(isOff)
        .map(({ whose, ahead }) =>
          clockSkew.found(
            { whose, seconds: Math.round(Math.abs(ahead)), ahead: ahead > 0 },
            { host: context.host, evidence },
          ),
        ),
      ...evidence,
    );
  },
};

/** Whether the clocks differ for certain: by more than what the way there may account for. */
export const isOff = ({ ahead, within }: Clock): boolean => Math.abs(ahead) - within > WARN_SECONDS;

/** A clock that tells whole seconds in an HTTP header; times in milliseconds. */
export function clockOfHeader(whose: string, header: string, asked: number, answered: number): Clock {
  const within = (answered - asked) / 2000 + 0.5;
  return { whose, ahead: (Date.parse(header) + 500 - (asked + answered) / 2) / 1000, within };
}

/** Keystone's clock; undefined when none is configured or it does not answer. */
async function keystoneClock({ configOf }: DoctorContext): Promise<Clock | undefined> {
  const url = configOf('neutron-server')?.group(keystoneAuthtoken).www_authenticate_uri;
  if (!url || !/^https?:/.test(url)) return undefined;
  const asked = Date.now();
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(KEYSTONE_MS) });
    const header = answer.headers.get('date');
    return header === null ? undefined : clockOfHeader('Keystone', header, asked, Date.now());
  } catch {
    return undefined;
  }
}

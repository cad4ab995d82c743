import { isUnbound } from '../../net/vifTypes.ts';
import type { Probed } from '../../rpc/probes.ts';
import type { Outcome, Send, Test } from './sending.ts';
import type { ProbePort, Stage } from './stage.ts';

/** Any port: the answer comes from the probe's own namespace, and says that it is there and wired. */
const ANY = 9;

/** Plugs in every port of the tests. */
export const plugTests = ({ ports, far, outside }: Stage, send: Send): Test[] =>
  [...ports, ...('is' in far ? [far.is] : []), ...('is' in outside ? [outside.is] : [])].map((port) =>
    plugTest(port, send),
  );

const plugTest = (port: ProbePort, send: Send): Test => ({
  check: 'plugging in',
  from: port.host,
  to: port.address,
  ports: [],
  about: [`ports/${port.id}`],
  async run() {
    if (isUnbound(port.vifType))
      return { result: 'fail', evidence: [`no driver can bind a port there (${port.vifType})`] };
    return plugged(await send(port, { kind: 'tcp', target: port.address, port: ANY, seconds: 1 }));
  },
});

function plugged({ result, evidence, measured }: Probed): Outcome {
  if (result !== 'not checked') return { result: 'pass', evidence: ['the agent has wired and filtered it'] };
  return { result: measured.wired === false ? 'fail' : result, evidence };
}

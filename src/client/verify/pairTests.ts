import * as traffic from '../../health/catalogue/traffic.ts';
import type { Probed } from '../../rpc/probes.ts';
import { failed, judged, type Outcome, type Send, type Test, untried } from './sending.ts';
import { CLOSED, OPENED, type ProbePort, type Stage } from './stage.ts';

/** For how long a port that is to be closed is knocked at. */
const KNOCK_SECONDS = 1;

/** What passes between each two hosts on one network: pings, packets of the full size, and what a group allows. */
export function pairTests({ place, ports, unfiltered }: Stage, send: Send): Test[] {
  const name = String(place.network.name);
  const mtu = Number(place.network.mtu);
  if (ports.length < 2) {
    const why = 'only one host takes part';
    return ['same network', 'MTU', 'security group'].map((check) =>
      untried(check, ports[0]?.host ?? '', why),
    );
  }
  const pairs = ports.flatMap((from, index) => ports.slice(index + 1).map((to) => [from, to] as const));
  const filters = ports.map((to, index) => {
    const from = ports[(index + 1) % ports.length]!;
    return unfiltered === undefined
      ? filterTest(from, to, send)
      : untried('security group', to.host, unfiltered);
  });
  return [
    ...pairs.map(([from, to]) => pingTest(from, to, name, send)),
    ...pairs.map(([from, to]) => sizeTest(from, to, mtu, send)),
    ...filters,
  ];
}

const between = (from: ProbePort, to: ProbePort) => ({
  from: from.host,
  to: to.host,
  ports: [from, to],
  about: [`ports/${from.id}`, `ports/${to.id}`],
});

function pingTest(from: ProbePort, to: ProbePort, network: string, send: Send): Test {
  return {
    check: 'same network',
    ...between(from, to),
    trace: { from: from.id, to: to.id, protocol: 'icmp' },
    async run() {
      const probed = await send(from, { kind: 'echo', target: to.address });
      const where = { from: from.host, to: to.host, network };
      return judged(probed, () => traffic.peerUnreached.found(where, { evidence: probed.evidence }));
    },
  };
}

function sizeTest(from: ProbePort, to: ProbePort, mtu: number, send: Send): Test {
  return {
    check: `MTU ${mtu}`,
    ...between(from, to),
    trace: { from: from.id, to: to.id, protocol: 'icmp' },
    async run() {
      const fits = await send(from, { kind: 'echo', target: to.address, size: mtu });
      const passes = typeof fits.measured.mtu === 'number' ? fits.measured.mtu : undefined;
      const where = { from: from.host, to: to.host, mtu, passes };
      if (fits.result !== 'pass')
        return judged(fits, () => traffic.fullSizeLost.found(where, { evidence: fits.evidence }));
      const more = await send(from, { kind: 'echo', target: to.address, size: mtu + 1, seconds: 1 });
      return judgeLarger(fits, more, mtu);
    },
  };
}

/** One byte more than the MTU must be refused: a machine that may send more than its network takes loses packets. */
function judgeLarger(fits: Probed, more: Probed, mtu: number): Outcome {
  if (more.result === 'fail') return { result: 'pass', evidence: [...fits.evidence, ...more.evidence] };
  if (more.result === 'not checked') return { result: 'pass', evidence: fits.evidence };
  return { result: 'fail', evidence: [`${mtu + 1} bytes pass as well, more than the MTU of the network`] };
}

function filterTest(from: ProbePort, to: ProbePort, send: Send): Test {
  return {
    check: 'security group',
    ...between(from, to),
    async run() {
      const opened = await send(from, {
        kind: 'tcp',
        target: to.address,
        port: OPENED,
      });
      const where = { from: from.host, to: to.host };
      if (opened.result !== 'pass') {
        const seen = { host: to.host, evidence: opened.evidence };
        const silent = judged(opened, () => traffic.openedPortSilent.found({ ...where, port: OPENED }, seen));
        return { ...silent, trace: { from: from.id, to: to.id, protocol: 'tcp', port: OPENED } };
      }
      const closed = await send(from, {
        kind: 'tcp',
        target: to.address,
        port: CLOSED,
        seconds: KNOCK_SECONDS,
      });
      if (closed.result === 'fail')
        return { result: 'pass', evidence: [...opened.evidence, ...closed.evidence] };
      if (closed.result === 'not checked') return { ...closed };
      const seen = { host: to.host, evidence: closed.evidence };
      return failed(traffic.closedPortReached.found({ ...where, port: CLOSED }, seen));
    },
  };
}

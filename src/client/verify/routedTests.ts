import * as traffic from '../../health/catalogue/traffic.ts';
import { judged, type Send, type Test, untried } from './sending.ts';
import type { ProbePort, Stage } from './stage.ts';

/** What passes the router: to its other network, out to the LAN and beyond, and in by a floating IP. */
export function routedTests(stage: Stage, outside: string | undefined, send: Send): Test[] {
  return [
    ...acrossTests(stage, send),
    ...translationTests(stage, send),
    ...beyondTests(stage, outside, send),
    floatingTest(stage, send),
  ];
}

const routerPath = ({ router }: Stage): string[] => ('is' in router ? [`routers/${router.is.id}`] : []);

function acrossTests(stage: Stage, send: Send): Test[] {
  const check = 'across the router';
  const { ports, router, far } = stage;
  if ('missing' in router) return [untried(check, 'all hosts', router.missing)];
  return ports.map((from) => {
    const to = 'is' in far ? { port: far.is, address: far.is.address } : { address: router.is.gateway };
    return {
      check,
      from: from.host,
      to: to.port === undefined ? `the router, ${to.address}` : `${to.port.host}, ${to.address}`,
      ports: [from, ...(to.port ? [to.port] : [])],
      about: [...routerPath(stage), `ports/${from.id}`, ...(to.port ? [`ports/${to.port.id}`] : [])],
      trace: { from: from.id, to: to.port?.id ?? to.address, protocol: 'icmp' },
      async run() {
        const probed = await send(from, { kind: 'echo', target: to.address });
        const way = { from: from.host, to: to.address };
        return judged(probed, () => traffic.routerSilent.found(way, { evidence: probed.evidence }));
      },
    };
  });
}

const outward = (
  stage: Stage,
  send: Send,
  from: ProbePort,
  check: string,
  address: string,
  to: string,
): Test => ({
  check,
  from: from.host,
  to,
  ports: [from],
  about: [...routerPath(stage), `ports/${from.id}`],
  trace: { from: from.id, to: address, protocol: 'icmp' },
  async run() {
    const probed = await send(from, { kind: 'echo', target: address });
    const way = { from: from.host, to: address };
    return judged(probed, () => traffic.outsideUnanswered.found(way, { evidence: probed.evidence }));
  },
});

/** The port on the LAN knows no way to the private network: its answer arrives only if the router translated. */
function translationTests(stage: Stage, send: Send): Test[] {
  const check = 'SNAT';
  const { ports, router, outside } = stage;
  if ('missing' in router) return [untried(check, 'all hosts', router.missing)];
  if ('missing' in outside) return [untried(check, 'all hosts', outside.missing)];
  const { address, host } = outside.is;
  return ports.map((from) => {
    const test = outward(stage, send, from, check, address, `${address} on the LAN, ${host}`);
    return { ...test, ports: [from, outside.is], about: [...test.about, `ports/${outside.is.id}`] };
  });
}

function beyondTests(stage: Stage, outside: string | undefined, send: Send): Test[] {
  const { ports, router, external } = stage;
  const check = 'out of the cloud';
  const gateway = 'is' in external ? external.is.subnet.gateway_ip : null;
  const why =
    'missing' in router
      ? router.missing
      : 'missing' in external
        ? external.missing
        : 'the subnet has no gateway';
  const targets = [
    ...(typeof gateway === 'string' && 'is' in router
      ? [{ address: gateway, to: `the LAN's gateway, ${gateway}` }]
      : []),
    ...(outside === undefined ? [] : [{ address: outside, to: outside }]),
  ];
  if (targets.length === 0) return [untried(check, 'all hosts', why)];
  return targets.flatMap(({ address, to }) =>
    ports.map((from) => outward(stage, send, from, check, address, to)),
  );
}

function floatingTest(stage: Stage, send: Send): Test {
  const check = 'floating IP';
  const { ports, outside, floating } = stage;
  if ('missing' in floating) return untried(check, 'the LAN', floating.missing);
  if ('missing' in outside) return untried(check, 'the LAN', outside.missing);
  const { id, address } = floating.is;
  const from = outside.is;
  return {
    check,
    from: `the LAN, ${from.host}`,
    to: `${address}, ${ports[0]!.host}`,
    ports: [from, ports[0]!],
    about: [`floatingips/${id}`, ...routerPath(stage), `ports/${ports[0]!.id}`],
    trace: { from: from.id, to: address, protocol: 'icmp' },
    async run() {
      const probed = await send(from, { kind: 'echo', target: address });
      const way = { from: from.host, to: address };
      return judged(probed, () => traffic.floatingIpUnanswered.found(way, { evidence: probed.evidence }));
    },
  };
}

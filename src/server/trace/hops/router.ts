import * as routers from '../../../health/catalogue/pathRouters.ts';
import * as ofRouters from '../../../health/catalogue/routers.ts';
import { failing, notChecked, type Outcome, pass } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { versionOf } from '../../../net/address.ts';
import { routerNamespace } from '../../../net/names.ts';
import type { Walked } from '../../../net/packet.ts';
import type { RouterPort } from '../../../rpc/l3plugin.ts';
import type { LinkRead, Reads } from '../../../rpc/readback.ts';
import { type Facts, labelOf, type Question, type TraceRouter } from '../facts.ts';
import { type Hop, look, stops } from '../look.ts';
import { type Addresses, deviceOf, type Onward } from '../path/routing.ts';
import { linkText } from './tap.ts';

const SILENT = 'judged by the answer of the far end';

interface At {
  readonly router: TraceRouter;
  readonly host: string;
}

const place = ({ router, host }: At) => ({
  at: { agent: 'L3 agent', host } as const,
  netns: routerNamespace(router.info.id),
  where: { host, subject: { resource: 'router', id: router.info.id } },
});

/** Why a router does nothing at all, by the database; undefined when it works somewhere. */
export function routerAbsent(facts: Facts, { info, host }: TraceRouter): Finding | undefined {
  const where = { subject: { resource: 'router', id: info.id } };
  if (!info.admin_state_up) return stops(ofRouters.routerDisabled.found({ router: info.id }, where));
  if (host !== null) return undefined;
  const alive = facts.agents.filter(({ type, alive }) => type === 'L3 agent' && alive).length;
  const agents = alive === 0 ? 'none is alive' : `${alive} could take it`;
  return ofRouters.routerNotHosted.found({ router: info.id, agents }, where);
}

/** A router's device in its namespace, with the addresses it must have there. */
export function interfaceHop(where: At, port: RouterPort, floating: string | undefined): Hop {
  const { at, netns, where: found } = place(where);
  const device = deviceOf(where.router, port);
  const addresses = port.fixed_ips.map(({ ip_address, prefixlen }) => `${ip_address}/${prefixlen}`);
  const label = labelOf(where.router.info);
  const wanted = { namespace: netns, router: label, device, addresses, floating, mtu: port.mtu };
  return {
    name: `router ${label}, ${device}`,
    host: where.host,
    intended: pass(`${[...addresses, ...(floating ? [`${floating}/32`] : [])].join(', ')}, MTU ${port.mtu}`),
    installed: look(
      at,
      {
        namespace: { read: 'namespace', name: netns },
        link: { read: 'link', name: device, netns },
        present: { read: 'addresses', device, netns },
      },
      (answers) => {
        if (!answers.namespace) return failing([routers.namespaceMissing.found(wanted, found)]);
        if (answers.link === null) return failing([routers.routerDeviceMissing.found(wanted, found)]);
        const findings = judgeInterface(answers.link, answers.present, wanted);
        return failing(
          findings.map((finding) => ({ ...finding, ...found })),
          linkText(device, answers.link),
          `addresses ${answers.present.join(', ')}`,
        );
      },
    ),
    observed: SILENT,
  };
}

/** Compares a router's device with its port. Pure. */
export function judgeInterface(
  link: LinkRead,
  present: readonly string[],
  {
    namespace,
    device,
    addresses,
    floating,
  }: {
    readonly namespace: string;
    readonly device: string;
    readonly addresses: readonly string[];
    readonly floating: string | undefined;
  },
): Finding[] {
  const evidence = [linkText(device, link), `addresses: ${present.join(', ') || 'none'}`];
  if (!link.up) return [routers.routerDeviceDown.found({ device, namespace }, { evidence })];
  return [
    ...addresses
      .filter((address) => !present.includes(address))
      .map((address) => routers.routerAddressMissing.found({ device, address, namespace }, { evidence })),
    ...(floating === undefined || present.includes(`${floating}/32`)
      ? []
      : [routers.floatingAddressMissing.found({ device, address: floating, namespace }, { evidence })]),
  ];
}

/** The router's way to an address: that it forwards, and its route. */
export function routeHop(where: At, to: string, { port, via, destination }: Onward): Hop {
  const { at, netns, where: found } = place(where);
  const device = deviceOf(where.router, port);
  const family = versionOf(to);
  const parameter = family === 4 ? 'net/ipv4/ip_forward' : 'net/ipv6/conf/all/forwarding';
  return {
    name: `router ${labelOf(where.router.info)}, route to ${to}`,
    host: where.host,
    intended: pass(`${destination}: ${via === null ? '' : `by ${via} `}over ${device}`),
    installed: look(
      at,
      { forwards: { read: 'sysctl', name: parameter, netns }, route: { read: 'route', to, netns } },
      ({ forwards, route }) => {
        const off =
          forwards === '0'
            ? [routers.forwardingOff.found({ namespace: netns, parameter: parameter.replaceAll('/', '.') })]
            : [];
        const findings = [...off, ...judgeRoute(route, { namespace: netns, to, destination, device, via })];
        return failing(
          findings.map((finding) => ({ ...finding, ...found })),
          route === null ? 'no route' : routeText(route),
        );
      },
    ),
    observed: SILENT,
  };
}

const routeText = ({ device, via }: { readonly device: string; readonly via: string | null }) =>
  `${via === null ? '' : `by ${via} `}over ${device}`;

/** Compares the kernel's route with the router's. Pure. */
export function judgeRoute(
  route: Reads['route']['answer'],
  wanted: { namespace: string; to: string; destination: string; device: string; via: string | null },
): Finding[] {
  if (route?.device === wanted.device && route.via === wanted.via) return [];
  return [routers.routeMissing.found({ ...wanted, instead: route === null ? null : routeText(route) })];
}

interface Translation {
  /** What the packet comes and leaves with. */
  readonly before: Addresses;
  readonly after: Addresses;
  readonly question: Question;
  readonly in: RouterPort;
  readonly out: RouterPort;
  /** Mark of what comes from outside: option external_ingress_mark. */
  readonly fromOutside: boolean;
}

const INGRESS_MARK = 2;

/** The translation of a packet's addresses. */
export function translationHop(where: At, translation: Translation): Hop {
  const { at, netns, where: found } = place(where);
  const { before, after, question, fromOutside } = translation;
  const shared = {
    family: 4,
    protocol: question.protocol,
    ...(question.protocol === 'icmp' ? {} : { sourcePort: 49152 }),
    ...(question.port === undefined ? {} : { destinationPort: question.port }),
  } as const;
  const changes = [
    ...(before.destination === after.destination
      ? []
      : [`destination ${before.destination} → ${after.destination}`]),
    ...(before.source === after.source ? [] : [`source ${before.source} → ${after.source}`]),
  ];
  const translated = before.destination !== after.destination;
  return {
    name: `router ${labelOf(where.router.info)}, translation`,
    host: where.host,
    intended: pass(changes.join(', ') || 'the addresses stay as they are'),
    installed: look(
      at,
      {
        incoming: {
          read: 'walk',
          netns,
          table: 'nat',
          chain: 'PREROUTING',
          packet: { ...shared, ...before, in: deviceOf(where.router, translation.in) },
        },
        outgoing: {
          read: 'walk',
          netns,
          table: 'nat',
          chain: 'POSTROUTING',
          packet: {
            ...shared,
            source: before.source,
            destination: after.destination,
            out: deviceOf(where.router, translation.out),
            translated,
            mark: fromOutside ? INGRESS_MARK : 0,
          },
        },
      },
      ({ incoming, outgoing }) =>
        withPlace(
          both(
            judgeNat(incoming, { namespace: netns, address: before.destination, to: after.destination }),
            judgeNat(outgoing, { namespace: netns, address: before.source, to: after.source }),
          ),
          found,
        ),
    ),
    observed: SILENT,
  };
}

const withPlace = (
  outcome: Outcome,
  found: { host: string; subject: { resource: string; id: string } },
): Outcome =>
  outcome.result === 'fail'
    ? failing(outcome.findings.map((finding) => ({ ...finding, ...found })))
    : outcome;

const both = (one: Outcome, other: Outcome): Outcome => {
  if (one.result === 'fail' || other.result === 'pass') return one;
  return other;
};

const TRANSLATES = ['SNAT', 'DNAT'];

/** Compares what table nat does to one address with what it should. Pure. */
export function judgeNat(
  walked: Walked,
  { namespace, address, to }: { readonly namespace: string; readonly address: string; readonly to: string },
): Outcome {
  const rule = walked.rule ?? `policy of ${walked.chain}`;
  if (walked.verdict === 'unknown')
    return notChecked(`what this rule of ${walked.chain} does is not known: ${rule}`);
  const now = TRANSLATES.includes(walked.verdict) && walked.to !== null ? walked.to.split(':')[0]! : address;
  const evidence = `${walked.verdict}${walked.to === null ? '' : ` ${walked.to}`} by ${walked.chain}: ${rule}`;
  if (now === to) return pass(evidence);
  const instead = now === address ? null : now;
  return failing([routers.natMissing.found({ namespace, address, to, instead }, { evidence: [evidence] })]);
}

import * as kernel from '../../../health/catalogue/kernel.ts';
import * as filters from '../../../health/catalogue/pathFilters.ts';
import { failing, notChecked, type Outcome, pass } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { versionOf } from '../../../net/address.ts';
import { cidrContains } from '../../../net/cidr.ts';
import { portFilterChain, tapName } from '../../../net/names.ts';
import type { Packet, Walked } from '../../../net/packet.ts';
import type { FlowRead, Reads } from '../../../rpc/readback.ts';
import { labelOf, type Question, type TracePort } from '../facts.ts';
import { type Hop, look } from '../look.ts';
import { judge, type Verdict } from '../verdict.ts';

export type Direction = 'ingress' | 'egress';

/** What a filter is to judge: the packet as it passes this port. */
export interface Passing {
  readonly source: string;
  readonly destination: string;
  readonly question: Question;
}

/** The security groups of a port, by the database and by the kernel of its host. */
export function filterHop(port: TracePort, host: string, direction: Direction, passing: Passing): Hop {
  const { source, destination, question } = passing;
  const remote = direction === 'ingress' ? source : destination;
  const label = labelOf(port);
  const verdict = judge(port, direction, remote, question);
  const what = packetText(passing, direction);
  const subject = { resource: 'port', id: port.id };
  const device = tapName(port.id);
  const family = versionOf(remote);
  const packet: Packet = {
    family,
    source,
    destination,
    protocol: question.protocol === 'icmp' && family === 6 ? 'ipv6-icmp' : question.protocol,
    mac: direction === 'egress' ? port.mac_address : '00:00:00:00:00:00',
    ...(question.protocol === 'icmp' ? {} : { sourcePort: question.port === 67 ? 68 : 49152 }),
    ...(question.port === undefined ? {} : { destinationPort: question.port }),
    ...(direction === 'egress' ? { physdevIn: device } : { physdevOut: device }),
  };
  const parameter = `net/bridge/bridge-nf-call-${family === 4 ? 'iptables' : 'ip6tables'}`;
  const chain = portFilterChain(direction === 'ingress' ? 'i' : 'o', port.id);
  const wanted: Wanted = {
    port: label,
    what,
    verdict,
    direction,
    device,
    chain,
    mac: port.mac_address,
    source,
  };
  const at = { agent: 'Linux bridge agent', host } as const;
  return {
    name: `security groups of port ${label}, ${direction}`,
    host,
    intended: verdict.allowed
      ? pass(`${what} is let through: ${verdict.by}`)
      : failing([{ ...dropped(port, direction, remote, passing), host }]),
    installed: look(
      at,
      {
        seen: { read: 'sysctl', name: parameter },
        walked: { read: 'walk', table: 'filter', chain: 'FORWARD', packet },
        senders: { read: 'spoofing', device },
        flows: { read: 'flows', source, destination },
      },
      ({ seen, walked, senders, flows }) => {
        const bypassed = seen === '1' ? [] : [bypass(parameter, seen)];
        const spoofed = direction === 'egress' ? judgeSenders(senders, wanted) : [];
        const outlived = verdict.allowed ? [] : judgeFlows(flows, passing, wanted);
        const outcome = judgeWalk(walked, wanted);
        const findings = [
          ...bypassed,
          ...spoofed,
          ...(outcome.result === 'fail' && bypassed.length === 0 ? outcome.findings : []),
          ...outlived,
        ].map((finding) => ({ ...finding, host, subject }));
        return findings.length > 0 ? failing(findings) : outcome;
      },
    ),
    observed: 'judged by the answer of the far end',
  };
}

const portOf = ({ protocol, port }: Question): string =>
  port === undefined ? protocol : `${protocol}/${port}`;

const packetText = ({ source, destination, question }: Passing, direction: Direction): string =>
  `${portOf(question)} ${direction === 'ingress' ? `from ${source}` : `to ${destination}`}`;

function dropped(port: TracePort, direction: Direction, remote: string, { question }: Passing): Finding {
  const family = versionOf(remote);
  return filters.securityGroupDrops.found(
    {
      direction,
      port: labelOf(port),
      groups: port.groups.map(({ name }) => name),
      group: port.groups[0]?.id ?? 'GROUP',
      what: portOf(question),
      remote,
      ethertype: `IPv${family}`,
      protocol: question.protocol === 'icmp' && family === 6 ? 'icmpv6' : question.protocol,
      ...(question.port === undefined ? {} : { destinationPort: question.port }),
    },
    {
      subject: { resource: 'port', id: port.id },
      evidence: port.groups.map(
        ({ name, rules }) =>
          `group ${name} has ${rules.filter((rule) => rule.direction === direction).length} ${direction} rules, none of which fits`,
      ),
    },
  );
}

const bypass = (parameter: string, seen: string | null): Finding =>
  seen === null
    ? kernel.brNetfilterMissing.found({})
    : kernel.bridgeFilteringOff.found({ off: [parameter.replaceAll('/', '.')] });

interface Wanted {
  readonly port: string;
  readonly what: string;
  readonly verdict: Verdict;
  readonly direction: Direction;
  readonly device: string;
  readonly chain: string;
  readonly mac: string;
  readonly source: string;
}

const PASSED = 'ACCEPT';

/** Compares what iptables does with what the groups say. Pure. */
export function judgeWalk(
  walked: Walked,
  { port, what, verdict, direction, device, chain }: Wanted,
): Outcome {
  const rule = walked.rule ?? `policy of ${walked.chain}`;
  const seen = `${walked.verdict} by ${walked.chain}: ${rule}${walked.packets === null ? '' : ` (${walked.packets} packets so far)`}`;
  if (walked.verdict === 'unknown')
    return notChecked(`what this rule of ${walked.chain} does is not known: ${rule}`);
  const evidence = [seen, `chains: ${walked.chains.join(', ')}`];
  const passed = walked.verdict === PASSED;
  if (verdict.allowed && !passed)
    return failing([
      filters.filterDropsAllowed.found({ port, what, rule: verdict.by, direction }, { evidence }),
    ]);
  if (!walked.chains.includes(chain))
    return failing([filters.portUnfiltered.found({ port, device }, { evidence })]);
  if (!verdict.allowed && passed)
    return failing([filters.filterPassesForbidden.found({ port, what }, { evidence })]);
  return pass(seen);
}

/** Compares what ebtables lets the port send as with what it has. Pure. */
export function judgeSenders(senders: Reads['spoofing']['answer'], { port, mac, source }: Wanted): Finding[] {
  const { macs, addresses } = senders;
  if (macs !== null && !macs.includes(mac))
    return [filters.spoofingFilterDrops.found({ port, what: mac, allowed: macs })];
  const plain = !source.includes(':');
  if (plain && addresses !== null && !addresses.some((address) => holds(address, source)))
    return [filters.spoofingFilterDrops.found({ port, what: source, allowed: addresses })];
  return [];
}

const holds = (allowed: string, address: string) =>
  allowed.includes('/') ? cidrContains(allowed, address) : allowed === address;

function judgeFlows(
  flows: readonly FlowRead[],
  { source, destination, question }: Passing,
  { what, port }: Wanted,
): Finding[] {
  const alive = flows.filter(
    (flow) =>
      flow.protocol === question.protocol &&
      (question.port === undefined || flow.destinationPort === question.port) &&
      (flow.state === null || flow.state === 'ESTABLISHED'),
  );
  if (alive.length === 0) return [];
  const evidence = alive.map(
    ({ protocol, state }) => `${protocol} ${state ?? ''} ${source} → ${destination}`,
  );
  return [filters.connectionOutlivesRule.found({ what, port, source, destination }, { evidence })];
}

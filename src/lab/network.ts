import { run } from '../linux/process.ts';
import type { RunningHost } from './host.ts';
import { createHost, runIn } from './host.ts';
import type { LabHost, Topology } from './topology.ts';

const lanHostName = (lan: string) => `lan-${lan}`;

/** Makes each LAN: a bridge in a namespace of its own that filters nothing. */
export async function createLans(lab: string, topology: Topology): Promise<Map<string, RunningHost>> {
  const lans = new Map<string, RunningHost>();
  for (const lan of topology.lans) {
    const host = await createHost(lab, lanHostName(lan));
    const script = `ip link add br-lan type bridge
for f in iptables ip6tables arptables; do echo 0 > /proc/sys/net/bridge/bridge-nf-call-$f; done 2>/dev/null
ip link set br-lan up`;
    await runIn(host, ['sh', '-ec', script]);
    lans.set(lan, host);
  }
  return lans;
}

/** Plugs a host's NICs into their LANs and sets its addresses and routes. */
export async function connectHost(
  definition: LabHost,
  host: RunningHost,
  lans: Map<string, RunningHost>,
): Promise<void> {
  for (const [index, nic] of definition.nics.entries()) {
    const lan = lans.get(nic.lan);
    if (!lan)
      throw new Error(`host ${definition.name} names the LAN ${nic.lan}, which the topology does not have`);
    const end = `p${index}-${definition.name}`.slice(0, 15);
    const veth = [
      'ip',
      'link',
      'add',
      end,
      'type',
      'veth',
      'peer',
      'name',
      nic.name,
      'netns',
      String(host.pid),
    ];
    await run(['nsenter', '-t', String(lan.pid), '-n', '--', ...veth]); // root's pid namespace: the peer is named by pid
    await runIn(lan, ['ip', 'link', 'set', end, 'master', 'br-lan', 'up']);
  }
  const lines = definition.nics.flatMap((nic) => [
    ...(nic.address ? [`addr add ${nic.address} brd + dev ${nic.name}`] : []),
    `link set ${nic.name} up`,
  ]);
  lines.push(...(definition.loopback ?? []).map((address) => `addr add ${address} dev lo`));
  if (definition.gateway) lines.push(`route add default via ${definition.gateway}`);
  await runIn(host, ['ip', '-batch', '-'], { input: `${lines.join('\n')}\n` });
  if (definition.forwards) await runIn(host, ['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
}

import { processesOn } from './daemons.ts';
import { type RunningHost, runIn } from './host.ts';
import type { Lab } from './lab.ts';

/** What a host's kernel holds for Neutron, namespace by namespace, as sorted lines without what counts or ages. */
export type Snapshot = Readonly<Record<string, readonly string[]>>;

const COMMANDS: Readonly<Record<string, string>> = {
  links: 'ip -o -d link',
  addresses: 'ip -o address',
  routes: 'ip route show table all; ip rule',
  neighbours: 'ip neigh show nud permanent; ip neigh show proxy',
  forwarding: 'bridge fdb show',
  iptables: 'iptables-save',
  ip6tables: 'ip6tables-save',
  ipset: 'ipset save',
  ebtables: 'ebtables-save',
  'traffic control':
    'tc qdisc show; for d in $(ls /sys/class/net); do tc filter show dev $d parent ffff: | sed "s/^/$d /"; done',
};

/** Lines that say what was learnt from traffic, or when something was done. */
const passing = (kind: string, line: string) =>
  line === '' || line.startsWith('#') || (kind === 'forwarding' && !/permanent|static/.test(line));

const normalised = (line: string) =>
  line
    .replace(/^\d+: /, '')
    .replace(/\[\d+:\d+\]/, '')
    .replace(/(valid_lft|preferred_lft|expires) \S+/g, '')
    .replace(/ (hello_timer|tcn_timer|topology_change_timer|gc_timer|numtxqueues|numrxqueues) +\S+/g, '')
    .replace(/\bif\d+\b/g, 'if')
    .trimEnd();

async function namespaceSnapshot(
  host: RunningHost,
  namespace: string | undefined,
): Promise<[string, string[]][]> {
  const enter = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
  const script = Object.entries(COMMANDS)
    .map(([kind, command]) => `echo '=== ${kind}'; { ${command}; } 2>/dev/null`)
    .join('\n');
  const { stdout } = await runIn(host, [...enter, 'sh', '-c', script], { allowed: [0, 1, 2, 255] });
  return stdout
    .split('=== ')
    .slice(1)
    .map((section) => {
      const [kind, ...lines] = section.split('\n');
      const kept = lines.filter((line) => !passing(kind!, line)).map(normalised);
      return [`${host.name} ${namespace ?? 'host'} ${kind}`, kept.sort()];
    });
}

/** What serves guests and other hosts: the same processes must live on. */
const helpers = (host: RunningHost): string[] =>
  processesOn(host)
    .filter(({ words }) => /(^|\/)(dnsmasq|haproxy|radvd|keepalived)$/.test(words[0]!))
    .map(({ pid, words }) => `${pid} ${words.join(' ')}`)
    .sort();

async function hostSnapshot(host: RunningHost): Promise<[string, readonly string[]][]> {
  const { stdout } = await runIn(host, ['ip', 'netns', 'list']);
  const namespaces = stdout
    .split('\n')
    .map((line) => line.split(' ')[0]!)
    .filter(Boolean);
  const snapshots = await Promise.all(
    [undefined, ...namespaces.sort()].map((namespace) => namespaceSnapshot(host, namespace)),
  );
  return [...snapshots.flat(), [`${host.name} processes`, helpers(host)]];
}

/** The data plane of every host of a lab that Neutron works on. */
export async function dataPlane(lab: Lab): Promise<Snapshot> {
  const hosts = await Promise.all([...lab.hosts.values()].map(hostSnapshot));
  return Object.fromEntries(hosts.flat());
}

/** Lines that are in one snapshot only; empty when both are the same. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((key) => {
    const [old, now] = [before[key] ?? [], after[key] ?? []];
    return [
      ...old.filter((line) => !now.includes(line)).map((line) => `- ${key}: ${line}`),
      ...now.filter((line) => !old.includes(line)).map((line) => `+ ${key}: ${line}`),
      ...(old.length !== now.length ? [`  ${key}: ${old.length} lines before, ${now.length} after`] : []),
    ];
  });
}

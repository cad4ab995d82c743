import type { Flicker } from './events.ts';

/** What was touched in the kernel of a host, in words that need no knowledge of it. */
export interface Touch {
  readonly host: string;
  /** The daemon whose work it is. */
  readonly daemon: string;
  readonly text: string;
  /** The same is there as before, made anew. */
  readonly renewed: boolean;
}

const idIn = (text: string) => /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(text)?.[0] ?? '';

/** Whose work a namespace of a host is, or a helper process. */
const daemonOf = (place: string, kind: string, text: string, routers: ReadonlySet<string>): string => {
  if (kind === 'processes') {
    const ofNetwork = text.startsWith('dnsmasq') || (text.startsWith('haproxy') && !routers.has(idIn(text)));
    return ofNetwork ? 'neutron-dhcp-agent' : 'neutron-l3-agent';
  }
  if (place.startsWith('qrouter-')) return 'neutron-l3-agent';
  return place.startsWith('qdhcp-') ? 'neutron-dhcp-agent' : 'neutron-linuxbridge-agent';
};

/** What was touched, grouped; empty when nothing was. Router ids tell the routers' metadata proxies from the networks'. */
export function inPlainWords(
  differences: readonly string[],
  flickered: readonly Flicker[] = [],
  routers: ReadonlySet<string> = new Set(),
): Touch[] {
  const groups = new Map<string, { removed: string[]; added: string[] }>();
  for (const line of differences) {
    const [, sign, host, rest, content] = /^([-+]) (\S+) (.*?): (.*)$/.exec(line) ?? [];
    if (!sign) continue;
    const kind = Object.keys(NAMES).find((name) => rest!.endsWith(` ${name}`)) ?? 'processes';
    const text = identity(kind, content!);
    const key = JSON.stringify([host, kind, daemonOf(rest!, kind, text, routers)]);
    const group = groups.get(key) ?? { removed: [], added: [] };
    groups.set(key, group);
    group[sign === '-' ? 'removed' : 'added'].push(text);
  }
  return [
    ...[...groups].flatMap(([key, group]) => {
      const [host, kind, daemon] = JSON.parse(key) as [string, string, string];
      return sentences(host, kind, group).map((sentence) => ({ host, daemon, ...sentence }));
    }),
    ...flickerTouches(flickered),
  ];
}

/** Singular and plural of each kind of a snapshot's lines. */
const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  links: ['network device', 'network devices'],
  addresses: ['address', 'addresses'],
  routes: ['route', 'routes'],
  neighbours: ['neighbour entry', 'neighbour entries'],
  forwarding: ['forwarding entry', 'forwarding entries'],
  ip6tables: ['IPv6 firewall rule', 'IPv6 firewall rules'],
  iptables: ['firewall rule', 'firewall rules'],
  ipset: ['address set', 'address sets'],
  'traffic control': ['rule of traffic control', 'rules of traffic control'],
  ebtables: ['ARP or MAC filter rule', 'ARP and MAC filter rules'],
  processes: ['helper process', 'helper processes'],
};

const count = (number: number, kind: string) => `${number} ${NAMES[kind]![number === 1 ? 0 : 1]}`;

/** What makes a line the same thing as before: not the seed of a set's hash, not the number of a process. */
const identity = (kind: string, text: string) =>
  kind === 'ipset'
    ? text.replace(/ initval \S+/, '')
    : kind === 'processes'
      ? text.replace(/^\d+ (\S*\/)?/, '')
      : text;

function sentences(host: string, kind: string, { removed, added }: { removed: string[]; added: string[] }) {
  const renewed: string[] = [];
  const new_ = [...added];
  const gone = removed.filter((line) => {
    const at = new_.indexOf(line);
    if (at >= 0) renewed.push(...new_.splice(at, 1));
    return at < 0;
  });
  const [what, verbs] =
    kind === 'processes'
      ? [programs, ['started again', 'ended', 'started']]
      : [
          (lines: readonly string[]) => count(lines.length, kind),
          ['written anew with the same content', 'removed', 'added'],
        ];
  return [renewed, gone, new_].flatMap((lines, index) =>
    lines.length > 0 ? [{ text: `${what(lines)} on ${host} ${verbs[index]}`, renewed: index === 0 }] : [],
  );
}

/** `2 dnsmasq and 1 haproxy`. */
function programs(lines: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const program = line.split(' ')[0]!;
    counts.set(program, (counts.get(program) ?? 0) + 1);
  }
  return [...counts].map(([program, number]) => `${number} ${program}`).join(' and ');
}

function flickerTouches(flickered: readonly Flicker[]): Touch[] {
  const groups = Map.groupBy(flickered, ({ host, kind, how, object }) =>
    JSON.stringify([host, kind, how, kind === 'links' ? object : (/ dev (\S+)/.exec(object)?.[1] ?? '')]),
  );
  return [...groups].map(([key, those]) => {
    const [host, kind, how, device] = JSON.parse(key) as [string, string, Flicker['how'], string];
    const longest = Math.max(...those.map(({ milliseconds }) => milliseconds));
    const time = longest < 100 ? 'less than 0.1 s' : `${(longest / 1000).toFixed(1)} s`;
    const what =
      kind === 'links'
        ? `network device ${device}`
        : `${count(those.length, kind)}${device ? ` of ${device}` : ''}`;
    const text =
      how === 'away'
        ? `${what} on ${host} away for ${time}`
        : `${what} on ${host} made and removed again after ${time}`;
    return { host, daemon: 'neutron-linuxbridge-agent', text, renewed: how === 'away' };
  });
}

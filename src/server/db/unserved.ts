import type { Db } from './database.ts';
import type { Foreign } from './later.ts';
import { namesOf } from './state.ts';

/** What Python Neutron serves and nothing here does: its rows stay as they are, and have no effect meanwhile. */
export interface Unserved extends Omit<Foreign, 'undo'> {
  /** The service plugin that serves it there: its alias, and its class. */
  readonly plugin?: readonly [alias: string, path: string];
  /** What becomes of it while this server runs. */
  readonly consequence: string;
}

const named = (table: string) => `select coalesce(nullif(name, ''), id) as name from ${table}`;

export const unserved: readonly Unserved[] = [
  {
    plugin: ['trunk', 'neutron.services.trunk.plugin.TrunkPlugin'],
    what: 'trunks',
    query: named('trunks'),
    consequence: 'their subports are not wired',
  },
  {
    plugin: ['metering', 'neutron.services.metering.metering_plugin.MeteringPlugin'],
    what: 'metering labels',
    query: named('meteringlabels'),
    consequence: 'nothing counts their traffic',
  },
  {
    plugin: ['segments', 'neutron.services.segments.plugin.Plugin'],
    what: 'subnets of one segment of a routed network',
    query: `${named('subnets')} where segment_id is not null`,
    consequence: "ports get addresses without regard to their host's segment",
  },
  {
    plugin: ['port_forwarding', 'neutron.services.portforwarding.pf_plugin.PortForwardingPlugin'],
    what: 'forwarded ports of floating IPs',
    query: 'select id as name from portforwardings',
    consequence: 'they work on and can neither be made nor changed',
  },
  {
    plugin: ['conntrack_helper', 'neutron.services.conntrack_helper.plugin.Plugin'],
    what: 'conntrack helpers of routers',
    query: 'select id as name from conntrack_helpers',
    consequence: 'routers do without them',
  },
  {
    plugin: ['local_ip', 'neutron.services.local_ip.local_ip_plugin.LocalIPPlugin'],
    what: 'local IPs',
    query: named('local_ips'),
    consequence: 'they lead nowhere',
  },
  {
    plugin: ['ndp_proxy', 'neutron.services.ndp_proxy.plugin.NDPProxyPlugin'],
    what: 'NDP proxies',
    query: named('ndp_proxies'),
    consequence: 'their addresses are not answered for',
  },
  {
    plugin: ['log', 'neutron.services.logapi.logging_plugin.LoggingPlugin'],
    what: 'logs of packets',
    query: named('logs'),
    consequence: 'nothing is logged',
  },
  {
    plugin: [
      'network_segment_range',
      'neutron.services.network_segment_range.plugin.NetworkSegmentRangePlugin',
    ],
    what: 'ranges of segments that were made through the API',
    query: `select coalesce(nullif(name, ''), id) as name from network_segment_ranges where not \`default\``,
    consequence: 'networks are given segments from the ranges of ml2_conf.ini',
  },
  {
    what: 'distributed routers',
    query: `select coalesce(nullif(routers.name, ''), routers.id) as name from router_extra_attributes
      join routers on routers.id = router_id where distributed`,
    consequence: 'no agent hosts them',
  },
  {
    what: 'networks of type gre or geneve',
    query: `select distinct coalesce(nullif(networks.name, ''), networks.id) as name from networksegments
      join networks on networks.id = network_id where network_type in ('gre', 'geneve')`,
    consequence: 'the Linux bridge agent wires none of their ports',
  },
  {
    what: 'VPN services',
    query: named('vpnservices'),
    consequence: 'no agent keeps their tunnels',
  },
  {
    what: 'BGP speakers',
    query: named('bgp_speakers'),
    consequence: 'no agent speaks for them',
  },
];

type OfPlugin = Unserved & Required<Pick<Unserved, 'plugin'>>;

/** Of the service plugins that are configured (aliases or classes), what Python Neutron's would serve and nothing here does. */
export const unservedPlugins = (configured: readonly string[]): readonly OfPlugin[] =>
  unserved.filter((one): one is OfPlugin => one.plugin?.some((name) => configured.includes(name)) === true);

/** Of each kind the names of what the database holds; kinds of which there is nothing are left out. */
export async function unservedRows(
  db: Db,
): Promise<readonly (Unserved & { readonly names: readonly string[] })[]> {
  const found = [];
  for (const kind of unserved) found.push({ ...kind, names: await namesOf(db, kind.query) });
  return found.filter(({ names }) => names.length > 0);
}

import { DISTRIBUTED_INTERFACE, REPLICATED_INTERFACE } from '../../../net/deviceOwners.ts';
import { message } from '../../../rpc/interface.ts';
import {
  type FdbEntries,
  type FdbEntry,
  floodingEntry,
  l2population as interfaceOf,
  type NetworkFdb,
} from '../../../rpc/l2population.ts';
import { together } from '../../db/together.ts';
import { L2_AGENTS } from '../../services/agents/agent.ts';
import type { StoredSegment } from '../../services/networks/rows.ts';
import type { Item, Tx } from '../../services/service.ts';
import type { MechanismDriver, WiredPort } from './driver.ts';

const TUNNELS = ['vxlan', 'gre', 'geneve'];
/** Owners whose ports live on several hosts at once: where their MAC is shows only in what they send. */
const isEverywhere = (owner: unknown): boolean =>
  owner === DISTRIBUTED_INTERFACE || owner === REPLICATED_INTERFACE;

const isTunnel = (segment: StoredSegment): boolean => TUNNELS.includes(segment.network_type);

const entriesOf = (port: Item): FdbEntry[] =>
  (isEverywhere(port.device_owner) ? [] : (port.fixed_ips as { ip_address: string }[])).map(
    ({ ip_address }) => [port.mac_address as string, ip_address],
  );

/** Forwarding entries of several networks, as one message holds them. */
class Tables {
  readonly entries: FdbEntries = {};

  /** Adds what is behind a tunnel address on a segment's network. */
  add(
    { network_id, network_type, segmentation_id }: StoredSegment,
    tunnel: string,
    list: readonly FdbEntry[],
  ): void {
    this.entries[network_id] ??= {
      segment_id: segmentation_id ?? 0,
      network_type: network_type as NetworkFdb['network_type'],
      ports: {},
    };
    const { ports } = this.entries[network_id];
    ports[tunnel] ??= [];
    ports[tunnel].push(...list);
  }

  get empty(): boolean {
    return Object.keys(this.entries).length === 0;
  }
}

const agentsQuery = (tx: Tx, hosts: readonly string[]) =>
  tx
    .selectFrom('agents')
    .select(['host', 'configurations'])
    .where('host', 'in', hosts)
    .where('agent_type', 'in', L2_AGENTS);

/** Tunnel addresses of those agents that take part, by host. */
function tunnelsOf(
  rows: readonly { readonly host: string; readonly configurations: string }[],
): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap(({ host, configurations }) => {
      const { tunneling_ip, l2_population } = JSON.parse(configurations) as Item;
      return l2_population !== false && typeof tunneling_ip === 'string' && tunneling_ip !== ''
        ? [[host, tunneling_ip] as const]
        : [];
    }),
  );
}

const tunnelAddresses = async (tx: Tx, hosts: readonly string[]) =>
  tunnelsOf(hosts.length === 0 ? [] : await agentsQuery(tx, hosts).execute());

/**
 * The ACTIVE ports of networks with their hosts. The networks' rows are locked first, in one order, so that of two
 * ports that come or go at once one sees the other: the first and the last port of a host are told apart exactly, and
 * agents that tell of ports on the same networks wait for each other instead of a deadlock.
 */
async function activePorts(tx: Tx, networkIds: readonly string[]) {
  const [, ...active] = await together(tx, ...activePortsQueries(tx, networkIds));
  return active.flat();
}

function activePortsQueries(tx: Tx, networkIds: readonly string[]) {
  const lock = tx.selectFrom('networks').select('id').where('id', 'in', networkIds).orderBy('id').forUpdate();
  const bound = tx
    .selectFrom('ports')
    .innerJoin('ml2_port_bindings', 'ml2_port_bindings.port_id', 'ports.id')
    .select([
      'ports.id',
      'ports.network_id',
      'ports.mac_address',
      'ports.device_owner',
      'ml2_port_bindings.host',
    ])
    .where('ports.network_id', 'in', networkIds)
    .where('ports.status', '=', 'ACTIVE')
    .where('ml2_port_bindings.status', '=', 'ACTIVE')
    .where('ml2_port_bindings.host', '!=', '')
    .where('ports.device_owner', '!=', REPLICATED_INTERFACE);
  // Interfaces of a highly available router are on the hosts of all of its instances.
  const replicated = tx
    .selectFrom('ports')
    .innerJoin('ha_router_agent_port_bindings as instance', 'instance.router_id', 'ports.device_id')
    .innerJoin('agents', 'agents.id', 'instance.l3_agent_id')
    .select(['ports.id', 'ports.network_id', 'ports.mac_address', 'ports.device_owner', 'agents.host'])
    .where('ports.network_id', 'in', networkIds)
    .where('ports.status', '=', 'ACTIVE')
    .where('ports.device_owner', '=', REPLICATED_INTERFACE);
  return [lock, bound, replicated] as const;
}

type ActivePort = Awaited<ReturnType<typeof activePorts>>[number];

const addressesQuery = (tx: Tx, networkIds: readonly string[]) =>
  tx
    .selectFrom('ipallocations')
    .select(['port_id', 'ip_address'])
    .where('network_id', 'in', networkIds)
    .orderBy('ip_address');

function byPort(
  rows: readonly { readonly port_id: string | null; readonly ip_address: string }[],
): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { port_id, ip_address } of rows) {
    if (port_id === null) continue;
    const known = found.get(port_id);
    if (known) known.push(ip_address);
    else found.set(port_id, [ip_address]);
  }
  return found;
}

/** A host whose ports on a network come or go. */
interface Stay<Port extends WiredPort> {
  readonly host: string;
  readonly segment: StoredSegment;
  readonly ports: readonly Port[];
}

const staysOf = <Port extends WiredPort>(ports: readonly Port[]): Stay<Port>[] =>
  [...Map.groupBy(ports, ({ host, segment }) => `${host} ${segment.network_id}`).values()].map((some) => ({
    host: some[0]!.host,
    segment: some[0]!.segment,
    ports: some,
  }));

const networksOf = (ports: readonly WiredPort[]): string[] => [
  ...new Set(ports.map(({ segment }) => segment.network_id)),
];

/** What hosts must know of the others on their networks: where to flood, and every address there. A message for each host. */
async function wholeTables(
  tx: Tx,
  stays: readonly Stay<WiredPort>[],
  active: readonly ActivePort[],
): Promise<ReadonlyMap<string, FdbEntries>> {
  const byNetwork = Map.groupBy(active, ({ network_id }) => network_id);
  if (active.length === 0) return new Map();
  const [agents, rows] = await together(
    tx,
    agentsQuery(tx, [...new Set(active.map(({ host }) => host))]),
    addressesQuery(tx, [...new Set(stays.map(({ segment }) => segment.network_id))]),
  );
  const [tunnels, addresses] = [tunnelsOf(agents), byPort(rows)];
  const found = new Map<string, FdbEntries>();
  for (const [host, ofHost] of Map.groupBy(stays, (stay) => stay.host)) {
    const tables = new Tables();
    for (const { segment } of ofHost) {
      const others = (byNetwork.get(segment.network_id) ?? []).filter(
        (port) => port.host !== host && port.device_owner !== DISTRIBUTED_INTERFACE && tunnels.has(port.host),
      );
      for (const [other, there] of Map.groupBy(others, (port) => tunnels.get(port.host)!))
        tables.add(segment, other, [
          floodingEntry,
          ...there.flatMap(({ id, mac_address, device_owner }) =>
            isEverywhere(device_owner)
              ? []
              : (addresses.get(id) ?? []).map((address): FdbEntry => [mac_address, address]),
          ),
        ]);
    }
    if (!tables.empty) found.set(host, tables.entries);
  }
  return found;
}

/** Tells agents where the MACs of overlay networks are, so that nothing need be flooded to learn it. */
export const l2population: MechanismDriver = {
  name: 'l2population',

  async portsUp(tx, ports, send) {
    const tunnelled = ports.filter(({ segment }) => isTunnel(segment));
    if (tunnelled.length === 0) return;
    const hosts = [...new Set(tunnelled.map(({ host }) => host))];
    const [agents, , bound, replicated] = await together(
      tx,
      agentsQuery(tx, hosts),
      ...activePortsQueries(tx, networksOf(tunnelled)),
    );
    const tunnels = tunnelsOf(agents);
    const arriving = tunnelled.filter(({ host }) => tunnels.has(host));
    if (arriving.length === 0) return;
    const active = [...bound, ...replicated];
    const ids = new Set(arriving.map(({ port }) => port.id));
    const settled = new Set(
      active.flatMap((port) => (ids.has(port.id) ? [] : `${port.host} ${port.network_id}`)),
    );
    const stays = staysOf(arriving);
    const whole = new Set(
      stays.filter(
        (stay) =>
          !settled.has(`${stay.host} ${stay.segment.network_id}`) ||
          stay.ports.some(({ refresh }) => refresh),
      ),
    );
    if (whole.size > 0)
      for (const [host, fdb_entries] of await wholeTables(tx, [...whole], active))
        send(message(interfaceOf, 'add_fdb_entries', { fdb_entries }, { server: host }));
    const news = new Tables();
    for (const stay of stays)
      news.add(stay.segment, tunnels.get(stay.host)!, [
        ...(whole.has(stay) ? [floodingEntry] : []),
        ...stay.ports.flatMap(({ port }) => entriesOf(port)),
      ]);
    send(message(interfaceOf, 'add_fdb_entries', { fdb_entries: news.entries }, { fanout: true }));
  },

  async portsDown(tx, ports, send) {
    const leaving = ports.filter(({ segment }) => isTunnel(segment));
    if (leaving.length === 0) return;
    const active = await activePorts(tx, networksOf(leaving));
    const ids = new Set(leaving.map(({ port }) => port.id));
    const staying = new Set(
      active.flatMap((port) => (ids.has(port.id) ? [] : `${port.host} ${port.network_id}`)),
    );
    // A port that is on several hosts leaves them all.
    const everywhere = leaving.flatMap((wired) =>
      active
        .filter(({ id, host }) => id === wired.port.id && host !== wired.host)
        .map(({ host }) => ({ ...wired, host, elsewhere: true })),
    );
    const all = [...leaving.map((wired) => ({ ...wired, elsewhere: false })), ...everywhere];
    const tunnels = await tunnelAddresses(tx, [...new Set(all.map(({ host }) => host))]);
    const gone = new Tables();
    for (const { host, segment, ports: some } of staysOf(all)) {
      const tunnel = tunnels.get(host);
      if (tunnel === undefined) continue;
      const entries = [
        ...(staying.has(`${host} ${segment.network_id}`) ? [] : [floodingEntry]),
        ...some.flatMap(({ port, elsewhere }) => (elsewhere ? [] : entriesOf(port))),
      ];
      if (entries.length > 0) gone.add(segment, tunnel, entries);
    }
    if (gone.empty) return;
    send(message(interfaceOf, 'remove_fdb_entries', { fdb_entries: gone.entries }, { fanout: true }));
  },

  async portMoved(tx, before, { port, segment, host }, send) {
    if (!isTunnel(segment)) return;
    const tunnel = (await tunnelAddresses(tx, [host])).get(host);
    if (tunnel === undefined) return;
    const old = entriesOf(before);
    const now = entriesOf(port);
    const missing = (list: FdbEntry[], from: FdbEntry[]): FdbEntry[] =>
      list.filter(([mac, ip]) => !from.some((entry) => entry[0] === mac && entry[1] === ip));
    const gone = missing(old, now);
    const added = missing(now, old);
    if (gone.length === 0 && added.length === 0) return;
    const change = {
      ...(gone.length === 0 ? {} : { before: gone }),
      ...(added.length === 0 ? {} : { after: added }),
    };
    const fdb_entries = { chg_ip: { [segment.network_id]: { [tunnel]: change } } };
    send(message(interfaceOf, 'update_fdb_entries', { fdb_entries }, { fanout: true }));
  },
};

import { message } from '../../../rpc/interface.ts';
import {
  type FdbEntries,
  type FdbEntry,
  floodingEntry,
  l2population as interfaceOf,
  type NetworkFdb,
} from '../../../rpc/l2population.ts';
import type { StoredSegment } from '../../services/networks/rows.ts';
import type { Item, Tx } from '../../services/service.ts';
import type { MechanismDriver, WiredPort } from './driver.ts';

const TUNNELS = ['vxlan', 'gre', 'geneve'];
/** Owners whose ports live on several hosts at once: where their MAC is shows only in what they send. */
const DISTRIBUTED = 'network:router_interface_distributed';
const REPLICATED = 'network:ha_router_replicated_interface';
const isEverywhere = (owner: unknown): boolean => owner === DISTRIBUTED || owner === REPLICATED;

const isTunnel = (segment: StoredSegment): boolean => TUNNELS.includes(segment.network_type);

const entriesOf = (port: Item): FdbEntry[] =>
  (isEverywhere(port.device_owner) ? [] : (port.fixed_ips as { ip_address: string }[])).map(
    ({ ip_address }) => [port.mac_address as string, ip_address],
  );

function table(segment: StoredSegment, ports: Record<string, FdbEntry[]>): FdbEntries {
  const fdb: NetworkFdb = {
    segment_id: segment.segmentation_id ?? 0,
    network_type: segment.network_type as NetworkFdb['network_type'],
    ports,
  };
  return { [segment.network_id]: fdb };
}

/** Tunnel addresses of the agents that take part, by host. */
async function tunnelAddresses(tx: Tx, hosts: readonly string[]): Promise<Map<string, string>> {
  if (hosts.length === 0) return new Map();
  const rows = await tx
    .selectFrom('agents')
    .select(['host', 'configurations'])
    .where('host', 'in', hosts)
    .where('agent_type', 'in', ['Linux bridge agent', 'Open vSwitch agent'])
    .execute();
  return new Map(
    rows.flatMap(({ host, configurations }) => {
      const { tunneling_ip, l2_population } = JSON.parse(configurations) as Item;
      return l2_population !== false && typeof tunneling_ip === 'string' && tunneling_ip !== ''
        ? [[host, tunneling_ip] as const]
        : [];
    }),
  );
}

/**
 * The ACTIVE ports of a network with their hosts. The network's row is locked first, so that of two ports that come
 * or go at once one sees the other: the first and the last port of a host are told apart exactly.
 */
async function activePorts(tx: Tx, networkId: string) {
  await tx.selectFrom('networks').select('id').where('id', '=', networkId).forUpdate().execute();
  const bound = await tx
    .selectFrom('ports')
    .innerJoin('ml2_port_bindings', 'ml2_port_bindings.port_id', 'ports.id')
    .select(['ports.id', 'ports.mac_address', 'ports.device_owner', 'ml2_port_bindings.host'])
    .where('ports.network_id', '=', networkId)
    .where('ports.status', '=', 'ACTIVE')
    .where('ml2_port_bindings.status', '=', 'ACTIVE')
    .where('ml2_port_bindings.host', '!=', '')
    .where('ports.device_owner', '!=', REPLICATED)
    .execute();
  // Interfaces of a highly available router are on the hosts of all of its instances.
  const replicated = await tx
    .selectFrom('ports')
    .innerJoin('ha_router_agent_port_bindings as instance', 'instance.router_id', 'ports.device_id')
    .innerJoin('agents', 'agents.id', 'instance.l3_agent_id')
    .select(['ports.id', 'ports.mac_address', 'ports.device_owner', 'agents.host'])
    .where('ports.network_id', '=', networkId)
    .where('ports.status', '=', 'ACTIVE')
    .where('ports.device_owner', '=', REPLICATED)
    .execute();
  return [...bound, ...replicated];
}

type ActivePort = Awaited<ReturnType<typeof activePorts>>[number];

/** What a host must know of the others: where to flood, and every address there. */
async function wholeTable(
  tx: Tx,
  { segment, host }: WiredPort,
  active: readonly ActivePort[],
): Promise<FdbEntries | undefined> {
  const others = active.filter((port) => port.host !== host && port.device_owner !== DISTRIBUTED);
  if (others.length === 0) return undefined;
  const tunnels = await tunnelAddresses(tx, [...new Set(others.map((port) => port.host))]);
  const addresses = await tx
    .selectFrom('ipallocations')
    .select(['port_id', 'ip_address'])
    .where('network_id', '=', segment.network_id)
    .orderBy('ip_address')
    .execute();
  const byPort = Map.groupBy(addresses, ({ port_id }) => port_id);
  const ports: Record<string, FdbEntry[]> = {};
  for (const { id, mac_address, device_owner, host: other } of others) {
    const tunnel = tunnels.get(other);
    if (tunnel === undefined) continue;
    ports[tunnel] ??= [floodingEntry];
    if (isEverywhere(device_owner)) continue;
    for (const { ip_address } of byPort.get(id) ?? []) ports[tunnel].push([mac_address, ip_address]);
  }
  return Object.keys(ports).length === 0 ? undefined : table(segment, ports);
}

/** Tells agents where the MACs of overlay networks are, so that nothing need be flooded to learn it. */
export const l2population: MechanismDriver = {
  name: 'l2population',

  async portUp(tx, wired, { refresh }, send) {
    const { port, segment, host } = wired;
    if (!isTunnel(segment)) return;
    const tunnel = (await tunnelAddresses(tx, [host])).get(host);
    if (tunnel === undefined) return;
    const active = await activePorts(tx, segment.network_id);
    const first = !active.some((other) => other.host === host && other.id !== port.id);
    if (first || refresh) {
      const whole = await wholeTable(tx, wired, active);
      if (whole !== undefined)
        send(message(interfaceOf, 'add_fdb_entries', { fdb_entries: whole }, { server: host }));
    }
    const ports = { [tunnel]: [...(first || refresh ? [floodingEntry] : []), ...entriesOf(port)] };
    send(message(interfaceOf, 'add_fdb_entries', { fdb_entries: table(segment, ports) }, { fanout: true }));
  },

  async portDown(tx, { port, segment, host }, send) {
    if (!isTunnel(segment)) return;
    const active = await activePorts(tx, segment.network_id);
    const own = active.filter((other) => other.id === port.id).map((other) => other.host);
    const hosts = [...new Set([host, ...own])];
    const ports: Record<string, FdbEntry[]> = {};
    for (const [leaving, tunnel] of await tunnelAddresses(tx, hosts)) {
      const last = !active.some((other) => other.host === leaving && other.id !== port.id);
      const entries = [...(last ? [floodingEntry] : []), ...(leaving === host ? entriesOf(port) : [])];
      if (entries.length > 0) ports[tunnel] = entries;
    }
    if (Object.keys(ports).length === 0) return;
    send(
      message(interfaceOf, 'remove_fdb_entries', { fdb_entries: table(segment, ports) }, { fanout: true }),
    );
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

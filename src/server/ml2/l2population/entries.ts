import { type FdbEntry, floodingEntry, type NetworkFdb } from '../../../rpc/l2population.ts';
import type { Tx } from '../../services/service.ts';

/** A port on a tunnelled segment of its host, with the tunnel address of the agent there. */
export interface TunnelledPort {
  readonly portId: string;
  readonly networkId: string;
  readonly host: string;
  readonly segmentId: number;
  readonly networkType: NetworkFdb['network_type'];
  readonly tunnelAddress: string;
  readonly entries: readonly FdbEntry[];
}

const TUNNELS: readonly string[] = ['vxlan', 'gre', 'geneve'];

/** The tunnel addresses that live Linux bridge agents reported, by host; hosts without l2population are left out. */
export async function tunnelAddresses(tx: Tx, hosts: readonly string[]): Promise<Map<string, string>> {
  if (hosts.length === 0) return new Map();
  const agents = await tx
    .selectFrom('agents')
    .select(['host', 'configurations'])
    .where('host', 'in', hosts)
    .where('agent_type', '=', 'Linux bridge agent')
    .execute();
  return new Map(
    agents.flatMap(({ host, configurations }) => {
      const { tunneling_ip, l2_population } = JSON.parse(configurations || '{}') as Record<string, unknown>;
      return tunneling_ip && l2_population ? [[host, String(tunneling_ip)] as const] : [];
    }),
  );
}

const entriesOf = async (tx: Tx, portId: string, mac: string): Promise<FdbEntry[]> => {
  const addresses = await tx
    .selectFrom('ipallocations')
    .select('ip_address')
    .where('port_id', '=', portId)
    .orderBy('ip_address')
    .execute();
  return addresses.map(({ ip_address }): FdbEntry => [mac, ip_address]);
};

/** The port on its host, or undefined when it is on no tunnel or its agent does not do l2population. */
export async function tunnelledPort(
  tx: Tx,
  portId: string,
  host: string,
): Promise<TunnelledPort | undefined> {
  const row = await tx
    .selectFrom('ml2_port_binding_levels as level')
    .innerJoin('networksegments as segment', 'segment.id', 'level.segment_id')
    .innerJoin('ports', 'ports.id', 'level.port_id')
    .select(['ports.network_id', 'ports.mac_address', 'segment.network_type', 'segment.segmentation_id'])
    .where('level.port_id', '=', portId)
    .where('level.host', '=', host)
    .where('segment.network_type', 'in', TUNNELS)
    .executeTakeFirst();
  const address = row && (await tunnelAddresses(tx, [host])).get(host);
  if (!row || !address || row.segmentation_id === null) return undefined;
  return {
    portId,
    networkId: row.network_id,
    host,
    segmentId: row.segmentation_id,
    networkType: row.network_type as NetworkFdb['network_type'],
    tunnelAddress: address,
    entries: await entriesOf(tx, portId, row.mac_address),
  };
}

/** Whether another active port of the network is on the host. The network's segments stay locked until the commit. */
export async function hasOtherPorts(tx: Tx, { networkId, host, portId }: TunnelledPort): Promise<boolean> {
  await tx
    .selectFrom('networksegments')
    .select('id')
    .where('network_id', '=', networkId)
    .orderBy('id')
    .forUpdate()
    .execute();
  const other = await tx
    .selectFrom('ports')
    .innerJoin('ml2_port_bindings as binding', 'binding.port_id', 'ports.id')
    .select('ports.id')
    .where('ports.network_id', '=', networkId)
    .where('ports.status', '=', 'ACTIVE')
    .where('ports.id', '!=', portId)
    .where('binding.host', '=', host)
    .where('binding.status', '=', 'ACTIVE')
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}

/** Entries of every active port of the network on other hosts, by tunnel address, each host led by its flooding entry. */
export async function otherHostsEntries(
  tx: Tx,
  networkId: string,
  host: string,
): Promise<Record<string, FdbEntry[]>> {
  const rows = await tx
    .selectFrom('ports')
    .innerJoin('ml2_port_bindings as binding', 'binding.port_id', 'ports.id')
    .leftJoin('ipallocations', 'ipallocations.port_id', 'ports.id')
    .select(['binding.host', 'ports.mac_address', 'ipallocations.ip_address'])
    .where('ports.network_id', '=', networkId)
    .where('ports.status', '=', 'ACTIVE')
    .where('binding.status', '=', 'ACTIVE')
    .where('binding.host', 'not in', ['', host])
    .orderBy('ports.id')
    .execute();
  const byHost = Map.groupBy(rows, (row) => row.host);
  const tunnels = await tunnelAddresses(tx, [...byHost.keys()]);
  return Object.fromEntries(
    [...byHost].flatMap(([name, ports]) => {
      const address = tunnels.get(name);
      if (address === undefined) return [];
      const entries = ports.flatMap((port) =>
        port.ip_address === null ? [] : [[port.mac_address, port.ip_address] as FdbEntry],
      );
      return [[address, [floodingEntry, ...entries]] as const];
    }),
  );
}

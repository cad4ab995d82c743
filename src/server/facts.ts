import { sql } from 'kysely';
import type { Config } from '../config/option.ts';
import { core, ml2 } from '../config/options/index.ts';
import type { AgentFacts, CloudFacts, NetworkFacts, PortFacts, SubnetFacts } from '../rpc/facts.ts';
import type { Db } from './db/database.ts';

/**
 * Reads what is known of the whole deployment, by one query for each table; `config` is the server's, where it is known.
 * Rejects with the driver's error.
 */
export async function readFacts({ kysely, dialect }: Db, config?: Config): Promise<CloudFacts> {
  const [time, agents, networks, segments, externals, subnets, pools, ports, allocations] = await Promise.all(
    [
      dialect === 'sqlite'
        ? undefined
        : sql<{ now: string }>`select date_format(utc_timestamp(3), '%Y-%m-%dT%H:%i:%s.%fZ') as now`.execute(
            kysely,
          ),
      kysely.selectFrom('agents').select(['agent_type', 'host', 'configurations']).execute(),
      kysely.selectFrom('networks').select(['id', 'name', 'mtu']).execute(),
      kysely
        .selectFrom('networksegments')
        .select(['network_id', 'network_type', 'physical_network', 'segmentation_id'])
        .orderBy('segment_index')
        .execute(),
      kysely.selectFrom('externalnetworks').select('network_id').execute(),
      kysely
        .selectFrom('subnets')
        .select(['id', 'name', 'network_id', 'ip_version', 'cidr', 'gateway_ip', 'enable_dhcp'])
        .execute(),
      kysely.selectFrom('ipallocationpools').select(['subnet_id', 'first_ip', 'last_ip']).execute(),
      kysely
        .selectFrom('ports')
        .select(['id', 'network_id', 'mac_address', 'device_owner'])
        .where('network_id', 'in', (eb) =>
          eb.selectFrom('networksegments').select('network_id').where('physical_network', 'is not', null),
        )
        .execute(),
      kysely
        .selectFrom('ipallocations')
        .select(['port_id', 'ip_address'])
        .where('network_id', 'in', (eb) =>
          eb.selectFrom('networksegments').select('network_id').where('physical_network', 'is not', null),
        )
        .execute(),
    ],
  );
  const segmentsOf = Map.groupBy(segments, ({ network_id }) => network_id);
  const external = new Set(externals.map(({ network_id }) => network_id));
  const poolsOf = Map.groupBy(pools, ({ subnet_id }) => subnet_id);
  const addressesOf = Map.groupBy(allocations, ({ port_id }) => port_id);
  return {
    time: time?.rows[0]?.now ?? new Date().toISOString(),
    tunnel_bytes: config ? tunnelBytes(config) : null,
    agents: agents.map(agentFacts),
    networks: networks.map(
      ({ id, name, mtu }): NetworkFacts => ({
        id,
        name,
        mtu,
        external: external.has(id),
        segments: (segmentsOf.get(id) ?? []).map(({ network_id: _, ...segment }) => segment),
      }),
    ),
    subnets: subnets.map(
      ({ enable_dhcp, ...subnet }): SubnetFacts => ({
        ...subnet,
        enable_dhcp: enable_dhcp === 1,
        allocation_pools: (poolsOf.get(subnet.id) ?? []).map(({ first_ip: start, last_ip: end }) => ({
          start,
          end,
        })),
      }),
    ),
    ports: ports.map(
      (port): PortFacts => ({
        ...port,
        addresses: (addressesOf.get(port.id) ?? []).map(({ ip_address }) => ip_address),
      }),
    ),
  };
}

function tunnelBytes(config: Config): number {
  const { global_physnet_mtu } = config.group(core);
  return Math.min(global_physnet_mtu, config.group(ml2).path_mtu || global_physnet_mtu);
}

function agentFacts({
  agent_type,
  host,
  configurations,
}: {
  agent_type: string;
  host: string;
  configurations: string;
}): AgentFacts {
  let reported: Partial<Pick<AgentFacts, 'tunneling_ip' | 'interface_mappings'>> = {};
  try {
    reported = JSON.parse(configurations) as typeof reported;
  } catch {
    // What something else left there counts as nothing.
  }
  const { tunneling_ip, interface_mappings } = reported;
  return {
    agent_type,
    host,
    tunneling_ip: tunneling_ip || null,
    interface_mappings: interface_mappings ?? {},
  };
}

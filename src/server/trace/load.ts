import type { Kysely } from 'kysely';
import { ago } from '../../health/ago.ts';
import { DHCP_PORT } from '../../net/deviceOwners.ts';
import type { PortDict, SubnetDict } from '../../rpc/dicts.ts';
import type { RouterInfo } from '../../rpc/l3plugin.ts';
import type { Database } from '../db/schema/index.ts';
import { describeRouters } from '../rpc/routers.ts';
import { configurationsOf, isAlive } from '../services/agents/agent.ts';
import { haAgents } from '../services/agents/haStates.ts';
import type { Lookup } from '../services/neighbours.ts';
import { segmentsOf } from '../services/networks/rows.ts';
import type { Tx } from '../services/service.ts';
import type { FoundEnd } from './ends.ts';
import type { End, Facts, TraceAgent, TraceNetwork, TracePort, TraceRouter } from './facts.ts';
import { isFiltered } from './facts.ts';
import { groupsOf } from './groups.ts';

export interface Lookups {
  readonly networks: Lookup;
  readonly subnets: Lookup;
  readonly ports: Lookup;
  readonly agentDownTime: number;
}

/** Everything that the database says of the paths between two ends, in a fixed number of queries. */
export async function loadFacts(
  tx: Tx,
  lookups: Lookups,
  from: FoundEnd,
  to: FoundEnd,
): Promise<{ facts: Facts; from: End; to: End }> {
  const ends = [from, to].flatMap(({ port }) => port ?? []);
  const networkIds = new Set(ends.map(({ network_id }) => network_id));
  const routers = await routersAt(tx, lookups, [...networkIds], [from, to]);
  for (const { info } of routers)
    for (const port of [...(info._interfaces ?? []), ...(info.gw_port ? [info.gw_port] : [])])
      networkIds.add(port.network_id);
  const networks = await networksOf(tx, lookups, [...networkIds]);
  const dhcp = await list<PortDict>(tx, lookups.ports, {
    network_id: [...networkIds],
    device_owner: [DHCP_PORT],
  });
  const remotes = [from.address, to.address, from.floating, to.floating].filter((one) => one !== undefined);
  const outer = routers.flatMap(
    ({ info }) => info.gw_port?.fixed_ips.map(({ ip_address }) => ip_address) ?? [],
  );
  const groups = await groupsOf(
    tx,
    ends.filter(isFiltered).flatMap(({ security_groups }) => security_groups),
    [...remotes, ...outer],
  );
  const traced = (port: PortDict): TracePort => ({
    ...port,
    groups: isFiltered(port) ? port.security_groups.flatMap((id) => groups.get(id) ?? []) : [],
  });
  const facts: Facts = {
    ports: [...ends.map(traced), ...dhcp.map((port) => ({ ...port, groups: [] }))],
    networks,
    routers,
    agents: await allAgents(tx, lookups.agentDownTime),
  };
  const end = ({ address, port, floating }: FoundEnd): End => ({
    address,
    floating,
    port: port && traced(port),
  });
  return { facts, from: end(from), to: end(to) };
}

const list = async <Dict>(
  db: Kysely<Database>,
  lookup: Lookup,
  filters: Record<string, readonly unknown[]>,
): Promise<Dict[]> =>
  Object.values(filters).some(({ length }) => length === 0)
    ? []
    : ((await lookup.listIn(db, filters)) as unknown as Dict[]);

/** Routers with an interface on one of the networks, and those of the floating IPs that the ends have. */
async function routersAt(
  tx: Tx,
  lookups: Lookups,
  networkIds: readonly string[],
  ends: readonly FoundEnd[],
): Promise<TraceRouter[]> {
  const attached =
    networkIds.length === 0
      ? []
      : await tx
          .selectFrom('routerports')
          .innerJoin('ports', 'ports.id', 'routerports.port_id')
          .select('routerports.router_id')
          .where('ports.network_id', 'in', networkIds)
          .where('routerports.port_type', 'like', 'network:%interface%')
          .execute();
  const portIds = ends.flatMap(({ port }) => port?.id ?? []);
  const floating =
    portIds.length === 0
      ? []
      : await tx
          .selectFrom('floatingips')
          .select('router_id')
          .where('fixed_port_id', 'in', portIds)
          .execute();
  const own = ends.flatMap(({ port }) =>
    port?.device_owner.startsWith('network:') && port.device_owner !== DHCP_PORT ? [port.device_id] : [],
  );
  const ids = [
    ...new Set([...attached, ...floating].flatMap(({ router_id }) => router_id ?? []).concat(own)),
  ];
  return ids.length === 0 ? [] : hosted(tx, lookups, ids);
}

async function hosted(tx: Tx, lookups: Lookups, ids: readonly string[]): Promise<TraceRouter[]> {
  const bindings = await tx
    .selectFrom('routerl3agentbindings')
    .innerJoin('agents', 'agents.id', 'routerl3agentbindings.l3_agent_id')
    .select(['routerl3agentbindings.router_id', 'agents.host'])
    .where('routerl3agentbindings.router_id', 'in', [...ids])
    .execute();
  const instances = await haAgents(tx, ids, lookups.agentDownTime);
  const hostOf = new Map(bindings.map(({ router_id, host }) => [router_id, host]));
  for (const { router_id, agent, state } of instances)
    if (state === 'active') hostOf.set(router_id, agent.host);
  const byHost = Map.groupBy(ids, (id) => hostOf.get(id) ?? '');
  const described = await Promise.all(
    [...byHost].map(async ([host, own]) => {
      const infos: RouterInfo[] = await describeRouters(tx, lookups, own, host);
      return infos.map((info): TraceRouter => ({ info, host: host || null }));
    }),
  );
  return described.flat();
}

async function networksOf(
  tx: Tx,
  lookups: Lookups,
  ids: readonly string[],
): Promise<Map<string, TraceNetwork>> {
  if (ids.length === 0) return new Map();
  const segments = await segmentsOf(tx, ids);
  const subnets = await list<SubnetDict>(tx, lookups.subnets, { network_id: ids });
  const networks = await lookups.networks.listIn(tx, { id: ids });
  return new Map(
    networks.map((network) => {
      const id = network.id as string;
      return [
        id,
        {
          id,
          name: network.name as string,
          mtu: network.mtu as number,
          external: network['router:external'] === true,
          segment: segments.find((segment) => segment.network_id === id),
          subnets: subnets.filter(({ network_id }) => network_id === id),
        },
      ];
    }),
  );
}

async function allAgents(tx: Tx, downSeconds: number): Promise<TraceAgent[]> {
  const rows = await tx.selectFrom('agents').selectAll().execute();
  return rows.map((row) => ({
    type: row.agent_type,
    host: row.host,
    binary: row.binary,
    alive: isAlive(row, downSeconds),
    heard: ago((Date.now() - Date.parse(`${row.heartbeat_timestamp.replace(' ', 'T')}Z`)) / 1000),
    configurations: configurationsOf(row),
  }));
}

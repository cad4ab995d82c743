import { parseCidr } from '../../net/cidr.ts';
import { ROUTER_GATEWAY, ROUTER_INTERFACES } from '../../net/deviceOwners.ts';
import type { NetworkDict, PortDict, SubnetDict } from '../../rpc/dicts.ts';
import type { RouterFloatingIp, RouterInfo, RouterPort, RouterPortSubnet } from '../../rpc/l3plugin.ts';
import { type HaAgent, haAgents } from '../services/agents/haStates.ts';
import { floatingIpsBy, presentFloatingIps } from '../services/floatingips/rows.ts';
import type { Lookup } from '../services/neighbours.ts';
import { presentRouters, routersById } from '../services/routers/rows.ts';
import type { Item, Tx } from '../services/service.ts';

interface Parts {
  readonly networks: Lookup;
  readonly subnets: Lookup;
  readonly ports: Lookup;
  readonly agentDownTime: number;
}

const forRouter = (subnet: SubnetDict): RouterPortSubnet => ({
  id: subnet.id,
  cidr: subnet.cidr,
  gateway_ip: subnet.gateway_ip,
  dns_nameservers: subnet.dns_nameservers,
  ipv6_ra_mode: subnet.ipv6_ra_mode,
  subnetpool_id: subnet.subnetpool_id,
});

/** A router's port with what the agent needs of its network. */
function describePort(
  port: PortDict,
  network: NetworkDict | undefined,
  subnets: readonly SubnetDict[],
): RouterPort {
  const subnetOf = (id: string) => subnets.find((subnet) => subnet.id === id);
  const own = port.fixed_ips.flatMap(({ subnet_id }) => subnetOf(subnet_id) ?? []);
  return {
    ...port,
    fixed_ips: port.fixed_ips.map(({ subnet_id, ip_address }) => ({
      subnet_id,
      ip_address,
      prefixlen: parseCidr(subnetOf(subnet_id)?.cidr ?? '')?.prefix ?? 0,
    })),
    subnets: own.map(forRouter),
    extra_subnets: subnets.filter(({ id }) => !own.some((subnet) => subnet.id === id)).map(forRouter),
    address_scopes: {
      '4': network?.ipv4_address_scope ?? null,
      '6': network?.ipv6_address_scope ?? null,
    },
    mtu: network?.mtu ?? 0,
  };
}

/**
 * Where a router's gateway is: at the agent that has the router; of a highly available one at the active instance, once
 * the port has followed it there.
 */
function gatewayHost(
  { ha }: RouterInfo,
  gateway: RouterPort | undefined,
  instances: readonly HaAgent[],
  host: string,
): string | null {
  if (gateway === undefined) return null;
  if (!ha) return host;
  const hosts = instances.filter(({ state }) => state === 'active').map(({ agent }) => agent.host);
  if (gateway.status !== 'ACTIVE') return hosts[0] ?? null;
  return hosts.find((host) => host === gateway['binding:host_id']) ?? null;
}

/**
 * Routers as the agent on `host` needs them, with ports and floating IPs; a fixed number of queries for any number. A
 * highly available router that has no HA port there is left out.
 */
export async function describeRouters(
  tx: Tx,
  { networks, subnets, ports, agentDownTime }: Parts,
  routerIds: readonly string[],
  host: string,
): Promise<RouterInfo[]> {
  const rows = await routersById(tx, routerIds);
  if (rows.length === 0) return [];
  const items = await presentRouters(tx, rows);
  const ids = rows.map(({ id }) => id);
  const attached = await tx
    .selectFrom('routerports')
    .select(['router_id', 'port_id', 'port_type'])
    .where('router_id', 'in', ids)
    .orderBy('port_id')
    .execute();
  const list = async <Dict>(lookup: Lookup, filters: Record<string, readonly unknown[]>): Promise<Dict[]> =>
    Object.values(filters).some(({ length }) => length === 0)
      ? []
      : ((await lookup.listIn(tx, filters)) as unknown as Dict[]);
  const portDicts = await list<PortDict>(ports, { id: attached.map(({ port_id }) => port_id) });
  const networkIds = [...new Set(portDicts.map(({ network_id }) => network_id))];
  const networkDicts = await list<NetworkDict>(networks, { id: networkIds });
  const subnetsBy = Map.groupBy(
    await list<SubnetDict>(subnets, { network_id: networkIds }),
    (subnet) => subnet.network_id,
  );
  const networksBy = new Map(networkDicts.map((network) => [network.id, network]));
  const described = new Map(
    portDicts.map((port) => [
      port.id,
      describePort(port, networksBy.get(port.network_id), subnetsBy.get(port.network_id) ?? []),
    ]),
  );
  const attachedBy = Map.groupBy(attached, ({ router_id }) => router_id);
  const floatingRows = await floatingIpsBy(tx, 'router_id', ids);
  const floating = (await presentFloatingIps(tx, floatingRows)).map((item, at) => ({
    ...item,
    standard_attr_id: floatingRows[at]!.standard_attr_id,
    fixed_ip_address_scope:
      networksBy.get((item.port_details as Item | null)?.network_id as string)?.ipv4_address_scope ?? null,
  })) as unknown as RouterFloatingIp[];
  const floatingBy = Map.groupBy(floating, ({ router_id }) => router_id);
  const haIds = rows.filter(({ ha }) => ha === 1).map(({ id }) => id);
  const haBy = Map.groupBy(await haAgents(tx, haIds, agentDownTime), ({ router_id }) => router_id);
  return items.flatMap((item) => {
    const router = item as unknown as RouterInfo;
    const own = attachedBy.get(router.id) ?? [];
    const gateway = own.find(({ port_type }) => port_type === ROUTER_GATEWAY);
    const gatewayPort = gateway && described.get(gateway.port_id);
    const instances = haBy.get(router.id) ?? [];
    const here = instances.find(({ agent }) => agent.host === host);
    const haPort = here && described.get(here.port_id);
    if (router.ha && haPort === undefined) return [];
    const interfaces = own
      .filter(({ port_type }) => ROUTER_INTERFACES.includes(port_type ?? ''))
      .flatMap(({ port_id }) => described.get(port_id) ?? []);
    const floatingIps = floatingBy.get(router.id);
    return {
      ...router,
      ...(gatewayPort
        ? { gw_port: gatewayPort, enable_snat: router.external_gateway_info?.enable_snat ?? true }
        : {}),
      gw_port_host: gatewayHost(router, gatewayPort, instances, host),
      ...(haPort ? { _ha_interface: haPort, _ha_state: here.state } : {}),
      ...(interfaces.length > 0 ? { _interfaces: interfaces } : {}),
      ...(floatingIps ? { _floatingips: floatingIps } : {}),
    };
  });
}

import { deleteFlows, type Flow } from '../../linux/conntrack.ts';
import { type Chains, wrapName, wrapped } from '../../linux/iptables/index.ts';
import type { RpcContext, Transport } from '../../messaging/transport.ts';
import { client } from '../../rpc/interface.ts';
import type { FloatingIpStatus, RouterInfo } from '../../rpc/l3plugin.ts';
import { resourcesPull, type VersionedObject } from '../../rpc/resources.ts';

/** Value of [agent] extensions that turns this on. */
export const EXTENSION = 'port_forwarding';
export const TYPE = 'PortForwarding';
export const VERSION = '1.3';

/** Ports of a floating IP that lead to ports of an inner address. */
export interface Forwarding {
  readonly id: string;
  readonly floatingIpId: string;
  readonly routerId: string;
  readonly address: string;
  readonly protocol: string;
  /** As iptables writes a port, or a range of them. */
  readonly external: string;
  readonly target: string;
}

/** 'first:last' as Neutron writes a range of ports; one port as 'n:n'. */
const bounds = (range: unknown): readonly [string, string] => {
  const [first = '', last = first] = String(range).split(':');
  return [first, last];
};

/** Ranges of one length are mapped one to one; for that iptables wants the first of the outer ports. */
export function readForwarding({ 'versioned_object.data': data }: VersionedObject): Forwarding {
  const [first, last] = bounds(data.external_port_range ?? data.external_port);
  const [innerFirst, innerLast] = bounds(data.internal_port_range ?? data.internal_port);
  const shift = first === last ? '' : `/${first}`;
  const inner = innerFirst === innerLast ? innerFirst : `${innerFirst}-${innerLast}${shift}`;
  return {
    id: data.id as string,
    floatingIpId: data.floatingip_id as string,
    routerId: data.router_id as string,
    address: data.floating_ip_address as string,
    protocol: data.protocol as string,
    external: first === last ? first : `${first}:${last}`,
    target: `${data.internal_ip_address}:${inner}`,
  };
}

const COLLECTING = 'fip-pf';
const jump = (chain: string) => `-j ${wrapped(wrapName('neutron-l3-agent'), chain)}`;

/** Rules of table nat, as Neutron's extension writes them: PREROUTING's own, and a chain for each forwarding. */
export function forwardingRules(forwardings: readonly Forwarding[]): {
  readonly prerouting: readonly string[];
  readonly chains: Chains;
} {
  if (forwardings.length === 0) return { prerouting: [], chains: {} };
  const chains = forwardings.map(({ id, address, protocol, external, target }) => [
    `pf-${id}`.slice(0, 11),
    [`-d ${address}/32 -p ${protocol} -m ${protocol} --dport ${external} -j DNAT --to-destination ${target}`],
  ]);
  return {
    prerouting: [jump(COLLECTING)],
    chains: { [COLLECTING]: forwardings.map(({ id }) => jump(`pf-${id}`)), ...Object.fromEntries(chains) },
  };
}

/** Asks the server which ports it forwards on routers that it says have some; by router. */
export async function pullForwardings(
  transport: Pick<Transport, 'call' | 'cast'>,
  context: RpcContext,
  routers: readonly RouterInfo[],
): Promise<ReadonlyMap<string, readonly Forwarding[]>> {
  const ids = routers.flatMap((router) =>
    router.gw_port ? (router.fip_managed_by_port_forwardings ?? []) : [],
  );
  if (ids.length === 0) return new Map();
  const objects = await client(transport, resourcesPull).bulk_pull(context, {
    resource_type: TYPE,
    version: VERSION,
    filter_kwargs: { floatingip_id: ids },
  });
  return Map.groupBy(objects.map(readForwarding), ({ routerId }) => routerId);
}

/** Floating IPs whose status the server must learn, as they began or ceased to forward ports. */
export function forwardingStatuses(
  before: readonly Forwarding[],
  now: readonly Forwarding[],
): Record<string, FloatingIpStatus> {
  const [old, present] = [before, now].map((list) => new Set(list.map((one) => one.floatingIpId)));
  return Object.fromEntries([
    ...[...old!].filter((id) => !present!.has(id)).map((id) => [id, 'DOWN'] as const),
    ...[...present!].filter((id) => !old!.has(id)).map((id) => [id, 'ACTIVE'] as const),
  ]);
}

/** Connections through forwardings that are others now, or gone, would live on. */
export async function forgetForwarded(
  before: readonly Forwarding[],
  now: readonly Forwarding[],
  netns: string,
): Promise<void> {
  const kept = new Set(now.map((one) => JSON.stringify(one)));
  for (const one of before) {
    if (kept.has(JSON.stringify(one))) continue;
    const flow: Flow = { family: 4, destination: one.address, protocol: one.protocol };
    const port = one.external.includes(':') ? {} : { destinationPort: Number(one.external) };
    await deleteFlows({ ...flow, ...port }, netns);
  }
}

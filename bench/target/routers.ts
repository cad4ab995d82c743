import type { Item } from './api.ts';
import type { Target } from './target.ts';

/** Makes a router with an interface in a network's only subnet; both are gone after the round. */
export async function routerOn(
  { api, afterwards }: Target,
  network: { readonly id: string },
  attributes: object = {},
): Promise<Item> {
  const [subnet] = await api.list('subnets', `?network_id=${network.id}`);
  const router = await api.create('routers', { name: 'bench', ...attributes });
  const subnet_id = subnet!.id;
  afterwards(async () => {
    await api.ask('PUT', `routers/${router.id}/remove_router_interface`, { subnet_id });
    await api.ask('DELETE', `routers/${router.id}`);
  });
  await api.ask('PUT', `routers/${router.id}/add_router_interface`, { subnet_id });
  return router;
}

/**
 * The office LAN as an external network. It stays: as the last of it goes Python's agent gives the host its address back, and
 * now and then is cut off from broker and server for a quarter of an hour by that.
 */
export async function publicNetwork({ api }: Target): Promise<Item> {
  const [before] = await api.list('networks', '?name=public');
  if (before) return before;
  const network = await api.create('networks', {
    name: 'public',
    'router:external': true,
    'provider:network_type': 'flat',
    'provider:physical_network': 'public',
  });
  await api.create('subnets', {
    network_id: network.id,
    ip_version: 4,
    cidr: '192.168.81.0/24',
    gateway_ip: '192.168.81.254',
    allocation_pools: [{ start: '192.168.81.100', end: '192.168.81.200' }],
    enable_dhcp: false,
  });
  return network;
}

/** A rule of the project's default security group; gone after the round. */
export async function defaultGroupRule({ api, afterwards }: Target, rule: object): Promise<void> {
  const [port] = await api.list('ports', '?device_owner=compute:nova&fields=security_groups&limit=1');
  const [security_group_id] = port!.security_groups as string[];
  const made = await api.create('security-group-rules', { security_group_id, direction: 'ingress', ...rule });
  afterwards(() => api.ask('DELETE', `security-group-rules/${made.id}`));
}

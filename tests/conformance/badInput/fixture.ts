import type { TestApi } from '../api.ts';
import { make, makeGuideState } from '../guideState.ts';
import { makePools } from './poolFixture.ts';

/** What the wrong requests are about: ids by the names that they use. */
export async function makeFixture(api: TestApi): Promise<Record<string, string>> {
  const guide = await makeGuideState(api);
  const net = await make(api, 'networks', { network: { name: 'n1' } });
  const subnet = await make(api, 'subnets', {
    subnet: { network_id: net.id, cidr: '10.1.0.0/24', ip_version: 4, name: 's1' },
  });
  const port = await make(api, 'ports', {
    port: {
      network_id: net.id,
      name: 'p1',
      device_id: 'dev1',
      mac_address: 'fa:16:3e:ff:de:b3',
      fixed_ips: [{ subnet_id: subnet.id, ip_address: '10.1.0.60' }],
    },
  });
  const router = await make(api, 'routers', {
    router: { name: 'r1', external_gateway_info: { network_id: guide.publicNet.id } },
  });
  const interfacePath = `/v2.0/routers/${router.id}/add_router_interface`;
  const added = await api.request('admin', 'PUT', interfacePath, { subnet_id: subnet.id });
  const floatingip = await make(api, 'floatingips', {
    floatingip: { floating_network_id: guide.publicNet.id, port_id: port.id },
  });
  const unrouted = await make(api, 'networks', { network: { name: 'unrouted' } });
  const unroutedSubnet = await make(api, 'subnets', {
    subnet: { network_id: unrouted.id, cidr: '10.8.0.0/24', ip_version: 4 },
  });
  const unroutedPort = await make(api, 'ports', { port: { network_id: unrouted.id } });
  const freePort = await make(api, 'ports', { port: { network_id: net.id } });
  const group = await make(api, 'security-groups', { security_group: { name: 'sg1' } });
  const rule = await make(api, 'security-group-rules', {
    security_group_rule: {
      security_group_id: group.id,
      direction: 'ingress',
      protocol: 'tcp',
      port_range_min: 22,
      port_range_max: 22,
    },
  });
  await make(api, 'ports', { port: { network_id: unrouted.id, security_groups: [group.id] } });
  const stateless = await make(api, 'security-groups', { security_group: { name: 'sl', stateful: false } });
  const addressGroup = await make(api, 'address-groups', { address_group: { addresses: ['10.1.2.0/24'] } });
  await make(api, 'security-group-rules', {
    security_group_rule: {
      security_group_id: stateless.id,
      direction: 'ingress',
      remote_address_group_id: addressGroup.id,
    },
  });
  await make(api, 'networks', {
    network: { name: 'vni', 'provider:network_type': 'vxlan', 'provider:segmentation_id': 500 },
  });
  const demoNet = await make(api, 'networks', { network: { name: 'demonet' } }, 'demo');
  const demoSubnet = await make(
    api,
    'subnets',
    { subnet: { network_id: demoNet.id, cidr: '10.7.0.0/24', ip_version: 4 } },
    'demo',
  );
  const groups = await api.request('admin', 'GET', '/v2.0/security-groups?name=default');
  const owned = (groups.body as { security_groups: { id: string; tenant_id: string }[] }).security_groups;
  const agents = await api.request('admin', 'GET', '/v2.0/agents?agent_type=DHCP%20agent');
  return {
    ...(await makePools(api)),
    missing: '00000000-0000-0000-0000-000000000000',
    publicNet: guide.publicNet.id!,
    publicSubnet: guide.publicSubnet.id!,
    net: net.id!,
    subnet: subnet.id!,
    port: port.id!,
    freePort: freePort.id!,
    router: router.id!,
    interface: (added.body as { port_id: string }).port_id,
    floatingip: floatingip.id!,
    unrouted: unrouted.id!,
    unroutedSubnet: unroutedSubnet.id!,
    unroutedPort: unroutedPort.id!,
    group: group.id!,
    rule: rule.id!,
    stateless: stateless.id!,
    addressGroup: addressGroup.id!,
    defaultGroup: owned.find(({ tenant_id }) => tenant_id === group.tenant_id)!.id,
    demoNet: demoNet.id!,
    demoSubnet: demoSubnet.id!,
    dhcpAgent: (agents.body as { agents: { id: string }[] }).agents[0]!.id,
    admin: group.tenant_id!,
    demo: demoNet.tenant_id!,
  };
}

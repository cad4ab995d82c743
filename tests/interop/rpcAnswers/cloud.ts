import { ask, type Server } from '../twoServers/player.ts';

type Body = Readonly<Record<string, unknown>>;

interface Item {
  readonly id: string;
  readonly [attribute: string]: unknown;
}

/** Ids of what was made, by its name; networks have ports, which agents call by their ids or taps. */
export type Ids = Readonly<Record<string, string>>;

/** Plugins that both servers have here, beyond the cluster's own. */
export const PLUGINS = `
[DEFAULT]
service_plugins = router,qos
[ml2]
extension_drivers = port_security,qos
`;

/** A bit of everything that agents ask about, made through one server's API. */
export async function buildCloud(server: Server): Promise<Ids> {
  const ids: Record<string, string> = {};
  const request = async (method: 'POST' | 'PUT', path: string, body: unknown) => {
    const { status, text } = await ask(server, method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return JSON.parse(text) as Record<string, Item>;
  };
  const make = async (kind: string, name: string, body: Body, path = `${kind.replaceAll('_', '-')}s`) => {
    const made = await request('POST', path, { [kind]: { ...body, name } });
    ids[name] = made[kind]!.id;
  };
  const subnet = (name: string, network: string, cidr: string, more: Body = {}) =>
    make('subnet', name, {
      network_id: ids[network],
      cidr,
      ip_version: cidr.includes(':') ? 6 : 4,
      ...more,
    });
  const port = (name: string, network: string, host: string | undefined, more: Body = {}) =>
    make('port', name, {
      network_id: ids[network],
      device_id: `device of ${name}`,
      device_owner: 'compute:nova',
      ...(host === undefined ? {} : { 'binding:host_id': host }),
      ...more,
    });
  const plug = (router: string, part: string) =>
    request('PUT', `routers/${ids[router]}/add_router_interface`, { subnet_id: ids[part] });

  await make('policy', 'limits', {}, 'qos/policies');
  const rules = (kind: string, rule: Body) =>
    request('POST', `qos/policies/${ids.limits}/${kind}_rules`, { [`${kind}_rule`]: rule });
  await rules('bandwidth_limit', { max_kbps: 30_000, max_burst_kbps: 3000, direction: 'ingress' });
  await rules('dscp_marking', { dscp_mark: 26 });

  await make('network', 'public', {
    'router:external': true,
    'provider:network_type': 'flat',
    'provider:physical_network': 'physnet',
  });
  await subnet('public4', 'public', '192.0.2.0/24', { enable_dhcp: false });
  await make('network', 'private', { mtu: 1400, description: 'of machines' });
  await subnet('private4', 'private', '10.1.0.0/24', {
    dns_nameservers: ['192.0.2.2', '192.0.2.1'],
    host_routes: [{ destination: '198.51.100.0/24', nexthop: '10.1.0.9' }],
    allocation_pools: [{ start: '10.1.0.20', end: '10.1.0.90' }],
  });
  await subnet('private6', 'private', 'fd00:1::/64', { ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac' });
  await make('network', 'measured', { qos_policy_id: ids.limits });
  await subnet('limited4', 'measured', '10.2.0.0/24', { gateway_ip: null });
  await make('network', 'vlan', {
    'provider:network_type': 'vlan',
    'provider:physical_network': 'physnet',
    'provider:segmentation_id': 77,
    port_security_enabled: false,
  });
  await subnet('tagged4', 'vlan', '10.3.0.0/24');
  await subnet('stateful6', 'vlan', 'fd00:3::/64', {
    ipv6_ra_mode: 'dhcpv6-stateful',
    ipv6_address_mode: 'dhcpv6-stateful',
  });
  await make('network', 'down', { admin_state_up: false });
  await subnet('down4', 'down', '10.4.0.0/24');

  await make('address_group', 'addresses', { addresses: ['203.0.113.0/24', 'fd00:99::/64'] });
  for (const name of ['guests', 'members']) await make('security_group', name, {});
  await make('security_group', 'untracked', { stateful: false });
  const groupRules = [
    { protocol: 'icmp' },
    { protocol: 'ipv6-icmp', ethertype: 'IPv6' },
    { protocol: 'tcp', port_range_min: 22, port_range_max: 80, remote_ip_prefix: '198.51.100.0/24' },
    { protocol: 'udp', remote_group_id: ids.members },
    { remote_group_id: ids.guests },
    { ethertype: 'IPv6', remote_group_id: ids.members },
    { protocol: 'tcp', port_range_min: 443, port_range_max: 443, remote_address_group_id: ids.addresses },
    { direction: 'egress', protocol: 'sctp' },
  ].map((rule) => ({ direction: 'ingress', ...rule, security_group_id: ids.guests }));
  await request('POST', 'security-group-rules', { security_group_rules: groupRules });
  const ofStateless = { direction: 'ingress', protocol: 'tcp', security_group_id: ids.untracked };
  await request('POST', 'security-group-rules', { security_group_rule: ofStateless });

  await port('plain', 'private', 'compute');
  await port('web', 'private', 'compute', {
    security_groups: [ids.guests],
    allowed_address_pairs: [
      { ip_address: '10.1.0.200' },
      { ip_address: '10.77.0.0/16', mac_address: 'fa:16:3e:11:22:33' },
    ],
    extra_dhcp_opts: [{ opt_name: 'ntp-server', opt_value: '192.0.2.7', ip_version: 4 }],
    qos_policy_id: ids.limits,
  });
  await port('member', 'private', 'controller', { security_groups: [ids.members] });
  await port('unbound', 'private', undefined, { security_groups: [ids.members] });
  await port('off', 'private', 'compute', { admin_state_up: false });
  await port('open', 'private', 'compute', { security_groups: [], port_security_enabled: false });
  await port('limited', 'measured', 'compute');
  await port('tagged', 'vlan', 'compute');
  await port('stateless', 'private', 'compute', { security_groups: [ids.untracked] });
  await port('flat', 'public', 'controller');
  await port('elsewhere', 'private', 'nowhere');

  const gateway = { external_gateway_info: { network_id: ids.public } };
  await make('router', 'router', gateway);
  await make('router', 'inner', { external_gateway_info: { network_id: ids.public, enable_snat: false } });
  await make('router', 'carrier', { ha: true, ...gateway });
  await make('router', 'lonely', {});
  for (const part of ['private4', 'private6', 'tagged4', 'stateful6']) await plug('router', part);
  await plug('carrier', 'down4');
  await request('PUT', `routers/${ids.router}`, {
    router: { routes: [{ destination: '10.99.0.0/24', nexthop: '10.1.0.99' }] },
  });
  const floating = (more: Body) => ({ floatingip: { floating_network_id: ids.public, ...more } });
  const { floatingip } = await request('POST', 'floatingips', floating({ port_id: ids.plain }));
  ids.floating = floatingip!.id;
  await request('POST', 'floatingips', floating({}));
  return ids;
}

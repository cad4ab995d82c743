import type { Step } from './player.ts';

/**
 * What is done to every kind of resource that both servers have. Each journey removes what it made, down to the last
 * row. Addresses are asked for by name or come from pools in 10.99/16, so that runs can be compared.
 */

type Body = Readonly<Record<string, unknown>>;

const mine: Body = { tenant_id: 'p1' };

const post = (path: string, body: Body, as?: string): Step => ({
  method: 'POST',
  path,
  body,
  ...(as === undefined ? {} : { as }),
});
const put = (path: string, body?: Body, headers?: Readonly<Record<string, string>>): Step => ({
  method: 'PUT',
  path,
  ...(body === undefined ? {} : { body }),
  ...(headers === undefined ? {} : { headers }),
});
/** A request that binds a port. */
const binds = (step: Step): Step => ({ ...step, binds: true });
const remove = (path: string): Step => ({ method: 'DELETE', path });
const get = (path: string): Step => ({ method: 'GET', path });

/**
 * Removed, and gone: the same 404 for the next who asks. Not for RBAC policies: what Python says of one that is gone
 * depends on what the process remembers.
 */
const removed = (path: string): Step[] => [remove(path), get(path), remove(path)];

const network = (as: string, more: Body = {}) =>
  post('networks', { network: { ...mine, name: as, ...more } }, as);
const subnet = (as: string, net: string, cidr: string, more: Body = {}) =>
  post('subnets', { subnet: { ...mine, name: as, network_id: `$${net}`, ip_version: 4, cidr, ...more } }, as);
const port = (as: string, net: string, more: Body = {}) =>
  post('ports', { port: { ...mine, name: as, network_id: `$${net}`, ...more } }, as);
const fixed = (sub: string, ip_address?: string) => ({
  subnet_id: `$${sub}`,
  ...(ip_address === undefined ? {} : { ip_address }),
});

export const journeys: Readonly<Record<string, readonly Step[]>> = {
  'networks and subnets': [
    network('net', { description: 'first', mtu: 1400, availability_zone_hints: [] }),
    put('networks/$net', { network: { name: 'renamed', admin_state_up: false } }),
    put('networks/$net', { network: { name: 'renamed' } }),
    put('networks/$net', { network: { shared: true } }),
    put('networks/$net', { network: { shared: false, 'router:external': true } }),
    put('networks/$net', { network: { 'router:external': false, mtu: 1300, port_security_enabled: false } }),
    network('flat', { 'provider:network_type': 'flat', 'provider:physical_network': 'physnet' }),
    network('again', { 'provider:network_type': 'flat', 'provider:physical_network': 'physnet' }),
    network('vlan', {
      'provider:network_type': 'vlan',
      'provider:physical_network': 'physnet',
      'provider:segmentation_id': 77,
    }),
    network('segments', {
      segments: [
        {
          'provider:network_type': 'vlan',
          'provider:physical_network': 'physnet',
          'provider:segmentation_id': 78,
        },
        { 'provider:network_type': 'vxlan', 'provider:segmentation_id': 5000 },
      ],
    }),
    get('networks/$segments'),
    put('networks/$net/tags', { tags: ['red', 'blue'] }),
    put('networks/$net/tags/green'),
    put('networks/$net/tags/green'),
    remove('networks/$net/tags/red'),
    get('networks/$net/tags'),
    remove('networks/$net/tags'),
    subnet('sub', 'net', '10.99.1.0/24', {
      dns_nameservers: ['192.0.2.1', '192.0.2.2'],
      host_routes: [{ destination: '198.51.100.0/24', nexthop: '10.99.1.9' }],
      allocation_pools: [{ start: '10.99.1.20', end: '10.99.1.60' }],
    }),
    put('subnets/$sub', { subnet: { name: 'renamed', description: 'of the net' } }),
    put('subnets/$sub', { subnet: { dns_nameservers: ['192.0.2.3'], host_routes: [] } }),
    put('subnets/$sub', { subnet: { allocation_pools: [{ start: '10.99.1.30', end: '10.99.1.40' }] } }),
    put('subnets/$sub', { subnet: { gateway_ip: null, enable_dhcp: false } }),
    put('subnets/$sub', { subnet: { gateway_ip: '10.99.1.254' } }),
    put('subnets/$sub', { subnet: { service_types: ['compute:nova', 'network:dhcp'] } }),
    put('subnets/$sub', { subnet: { service_types: [] } }),
    put('subnets/$sub/tags', { tags: ['one'] }),
    subnet('overlapping', 'net', '10.99.1.128/25'),
    subnet('six', 'net', 'fd00:1::/64', {
      ip_version: 6,
      ipv6_ra_mode: 'slaac',
      ipv6_address_mode: 'slaac',
    }),
    get('subnets/$six'),
    put('networks/$net', { network: { name: 'x' } }, { 'if-match': 'revision_number=1' }),
    put('subnets/$sub', { subnet: { name: 'x' } }, { 'if-match': 'revision_number=1' }),
    ...removed('subnets/$six'),
    ...removed('subnets/$sub'),
    ...removed('networks/$net'),
    ...removed('networks/$flat'),
    ...removed('networks/$vlan'),
    ...removed('networks/$segments'),
  ],

  ports: [
    network('net'),
    subnet('sub', 'net', '10.99.2.0/24'),
    subnet('second', 'net', '10.98.2.0/24'),
    subnet('six', 'net', 'fd00:2::/64', {
      ip_version: 6,
      ipv6_ra_mode: 'dhcpv6-stateful',
      ipv6_address_mode: 'dhcpv6-stateful',
    }),
    port('plain', 'net', { fixed_ips: [fixed('second', '10.98.2.5')], mac_address: 'fa:16:3e:00:00:11' }),
    put('ports/$plain', { port: { name: 'renamed', description: 'a port' } }),
    put('ports/$plain', { port: { name: 'renamed' } }),
    put('ports/$plain', { port: { fixed_ips: [fixed('second', '10.98.2.6'), fixed('sub', '10.99.2.6')] } }),
    put('ports/$plain', { port: { fixed_ips: [fixed('second', '10.98.2.6')] } }),
    put('ports/$plain', { port: { mac_address: 'fa:16:3e:00:00:12' } }),
    put('ports/$plain', {
      port: { allowed_address_pairs: [{ ip_address: '10.98.2.100' }, { ip_address: '10.98.3.0/24' }] },
    }),
    put('ports/$plain', { port: { allowed_address_pairs: [] } }),
    put('ports/$plain', {
      port: { extra_dhcp_opts: [{ opt_name: 'bootfile-name', opt_value: 'pxe.0' }] },
    }),
    put('ports/$plain', {
      port: {
        extra_dhcp_opts: [
          { opt_name: 'bootfile-name', opt_value: null },
          { opt_name: 'tftp-server', opt_value: '192.0.2.7', ip_version: 4 },
        ],
      },
    }),
    put('ports/$plain', { port: { security_groups: [] } }),
    put('ports/$plain', { port: { port_security_enabled: false } }),
    put('ports/$plain', { port: { port_security_enabled: true, admin_state_up: false } }),
    put('ports/$plain', { port: { device_id: 'device-1', device_owner: 'compute:nova' } }),
    binds(put('ports/$plain', { port: { 'binding:host_id': 'compute' } })),
    get('ports/$plain'),
    binds(put('ports/$plain', { port: { 'binding:profile': { note: 'kept' } } })),
    binds(put('ports/$plain', { port: { 'binding:vnic_type': 'macvtap' } })),
    binds(put('ports/$plain', { port: { 'binding:vnic_type': 'normal' } })),
    post('ports/$plain/bindings', { binding: { host: 'controller' } }),
    get('ports/$plain/bindings'),
    put('ports/$plain/bindings/controller', { binding: { profile: { moved: true } } }),
    put('ports/$plain/bindings/controller/activate'),
    get('ports/$plain/bindings'),
    remove('ports/$plain/bindings/compute'),
    binds(put('ports/$plain', { port: { 'binding:host_id': 'nowhere' } })),
    binds(put('ports/$plain', { port: { 'binding:host_id': '' } })),
    put('ports/$plain/tags', { tags: ['a', 'b'] }),
    put('ports/$plain', { port: { description: 'x' } }, { 'if-match': 'revision_number=1' }),
    port('same', 'net', { fixed_ips: [fixed('second', '10.98.2.6')] }),
    port('sameMac', 'net', { mac_address: 'fa:16:3e:00:00:12' }),
    binds(
      port('bound', 'net', {
        fixed_ips: [fixed('second', '10.98.2.7'), fixed('six', 'fd00:2::7')],
        'binding:host_id': 'compute',
        device_owner: 'compute:nova',
        device_id: 'vm',
        security_groups: [],
        allowed_address_pairs: [{ ip_address: 'fd00:2::/96', mac_address: 'fa:16:3e:00:00:99' }],
      }),
    ),
    get('ports?fixed_ips=subnet_id=$six&fields=id&fields=fixed_ips'),
    get('ports?fixed_ips=ip_address_substr=98.2&sort_key=name&sort_dir=desc'),
    post('ports', {
      ports: [
        { ...mine, network_id: '$net', name: 'bulk1', fixed_ips: [fixed('second', '10.98.2.11')] },
        { ...mine, network_id: '$net', name: 'bulk2', fixed_ips: [fixed('second', '10.98.2.12')] },
      ],
    }),
    remove('ports/$bulk1'),
    remove('ports/$bulk2'),
    ...removed('ports/$bound'),
    remove('subnets/$second'),
    remove('networks/$net'),
    ...removed('ports/$plain'),
    network('bare'),
    port('without', 'bare'),
    remove('ports/$without'),
    remove('networks/$bare'),
    remove('networks/$net'),
  ],

  'security groups and address groups': [
    post('security-groups', { security_group: { ...mine, name: 'web', description: 'of the web' } }, 'web'),
    post('security-groups', { security_group: { ...mine, name: 'db', stateful: false } }, 'db'),
    put('security-groups/$web', { security_group: { name: 'web2' } }),
    put('security-groups/$db', { security_group: { stateful: true } }),
    post(
      'security-group-rules',
      {
        security_group_rule: {
          ...mine,
          security_group_id: '$web',
          direction: 'ingress',
          protocol: 'tcp',
          port_range_min: 80,
          port_range_max: 81,
          remote_ip_prefix: '192.0.2.7/24',
        },
      },
      'rule',
    ),
    post(
      'security-group-rules',
      {
        security_group_rule: {
          ...mine,
          security_group_id: '$db',
          direction: 'ingress',
          ethertype: 'IPv6',
          remote_group_id: '$web',
        },
      },
      'remote',
    ),
    post('security-group-rules', {
      security_group_rule: {
        ...mine,
        security_group_id: '$db',
        direction: 'ingress',
        ethertype: 'IPv6',
        remote_group_id: '$web',
      },
    }),
    post(
      'address-groups',
      { address_group: { ...mine, name: 'hosts', addresses: ['192.0.2.1/32', 'fd00::/64'] } },
      'hosts',
    ),
    put('address-groups/$hosts', { address_group: { description: 'some' } }),
    put('address-groups/$hosts/add_addresses', { addresses: ['192.0.2.2/32'] }),
    put('address-groups/$hosts/remove_addresses', { addresses: ['192.0.2.1/32'] }),
    post(
      'security-group-rules',
      {
        security_group_rule: {
          ...mine,
          security_group_id: '$web',
          direction: 'egress',
          protocol: 'udp',
          remote_address_group_id: '$hosts',
        },
      },
      'ofHosts',
    ),
    remove('address-groups/$hosts'),
    put('security-groups/$web/tags', { tags: ['t'] }),
    put('security-groups/$web', { security_group: { name: 'x' } }, { 'if-match': 'revision_number=1' }),
    remove('security-groups/$web'),
    ...removed('security-group-rules/$rule'),
    ...removed('security-group-rules/$ofHosts'),
    ...removed('address-groups/$hosts'),
    ...removed('security-groups/$db'),
    ...removed('security-groups/$web'),
  ],

  'subnet pools and address scopes': [
    post('address-scopes', { address_scope: { ...mine, name: 'scope', ip_version: 4 } }, 'scope'),
    put('address-scopes/$scope', { address_scope: { name: 'renamed' } }),
    put('address-scopes/$scope', { address_scope: { shared: true } }),
    post(
      'subnetpools',
      { subnetpool: { ...mine, name: 'pool', prefixes: ['10.97.0.0/22'], default_prefixlen: 26 } },
      'pool',
    ),
    put('subnetpools/$pool', { subnetpool: { name: 'renamed', max_prefixlen: 28 } }),
    put('subnetpools/$pool', { subnetpool: { address_scope_id: '$scope' } }),
    put('subnetpools/$pool/add_prefixes', { prefixes: ['10.97.4.0/24'] }),
    put('subnetpools/$pool/remove_prefixes', { prefixes: ['10.97.4.0/24'] }),
    network('net'),
    post(
      'subnets',
      { subnet: { ...mine, name: 'pooled', network_id: '$net', ip_version: 4, subnetpool_id: '$pool' } },
      'pooled',
    ),
    post(
      'subnets',
      {
        subnet: {
          ...mine,
          name: 'wide',
          network_id: '$net',
          ip_version: 4,
          subnetpool_id: '$pool',
          prefixlen: 25,
        },
      },
      'wide',
    ),
    put('networks/$net/tags/seen'),
    network('other'),
    subnet('onboarded', 'other', '10.96.0.0/24'),
    post('subnetpools', { subnetpool: { ...mine, name: 'takes', prefixes: ['10.95.0.0/24'] } }, 'takes'),
    put('subnetpools/$takes/onboard_network_subnets', { network_id: '$other' }),
    remove('subnetpools/$pool'),
    remove('address-scopes/$scope'),
    put('subnetpools/$pool/tags', { tags: ['t'] }),
    put('subnetpools/$pool', { subnetpool: { description: 'x' } }, { 'if-match': 'revision_number=1' }),
    ...removed('subnets/$pooled'),
    remove('subnets/$wide'),
    remove('subnets/$onboarded'),
    remove('networks/$net'),
    remove('networks/$other'),
    ...removed('subnetpools/$pool'),
    remove('subnetpools/$takes'),
    ...removed('address-scopes/$scope'),
  ],

  'routers and floating IPs': [
    network('public', {
      'router:external': true,
      'provider:network_type': 'flat',
      'provider:physical_network': 'physnet',
    }),
    subnet('outside', 'public', '203.0.113.0/24', { enable_dhcp: false }),
    network('net'),
    subnet('sub', 'net', '10.94.0.0/24', { enable_dhcp: false }),
    subnet('second', 'net', '10.94.1.0/24', { enable_dhcp: false }),
    port('vm', 'net', { fixed_ips: [fixed('sub', '10.94.0.5')] }),
    port('vm2', 'net', { fixed_ips: [fixed('second', '10.94.1.5')] }),
    post('routers', { router: { ...mine, name: 'router' } }, 'router'),
    put('routers/$router', { router: { name: 'renamed', description: 'a router' } }),
    put('routers/$router', {
      router: {
        external_gateway_info: {
          network_id: '$public',
          external_fixed_ips: [{ subnet_id: '$outside', ip_address: '203.0.113.20' }],
        },
      },
    }),
    put('routers/$router', {
      router: { external_gateway_info: { network_id: '$public', enable_snat: false } },
    }),
    put('routers/$router', {
      router: {
        external_gateway_info: {
          network_id: '$public',
          enable_snat: true,
          external_fixed_ips: [{ subnet_id: '$outside', ip_address: '203.0.113.21' }],
        },
      },
    }),
    put('routers/$router/add_router_interface', { subnet_id: '$sub' }),
    put('routers/$router/add_router_interface', { subnet_id: '$sub' }),
    port('iface', 'net', { fixed_ips: [fixed('second', '10.94.1.1')] }),
    put('routers/$router/add_router_interface', { port_id: '$iface' }),
    get('ports/$iface'),
    put('routers/$router', {
      router: { routes: [{ destination: '198.51.100.0/24', nexthop: '10.94.0.9' }] },
    }),
    put('routers/$router/add_extraroutes', {
      router: { routes: [{ destination: '198.51.101.0/24', nexthop: '10.94.0.9' }] },
    }),
    put('routers/$router/remove_extraroutes', {
      router: { routes: [{ destination: '198.51.100.0/24', nexthop: '10.94.0.9' }] },
    }),
    put('routers/$router/remove_router_interface', { subnet_id: '$sub' }),
    put('routers/$router', { router: { routes: [] } }),
    put('subnets/$sub', { subnet: { gateway_ip: '10.94.0.2' } }),
    post(
      'floatingips',
      {
        floatingip: {
          ...mine,
          floating_network_id: '$public',
          floating_ip_address: '203.0.113.50',
          port_id: '$vm',
        },
      },
      'fip',
    ),
    get('routers/$router'),
    put('floatingips/$fip', { floatingip: { port_id: '$vm2' } }),
    put('floatingips/$fip', { floatingip: { description: 'of two' } }),
    put('floatingips/$fip', { floatingip: { port_id: null } }),
    put('floatingips/$fip', { floatingip: { port_id: '$vm', fixed_ip_address: '10.94.0.5' } }),
    post('floatingips', {
      floatingip: { ...mine, floating_network_id: '$public', floating_ip_address: '203.0.113.50' },
    }),
    post(
      'floatingips',
      { floatingip: { ...mine, floating_network_id: '$public', floating_ip_address: '203.0.113.51' } },
      'second_fip',
    ),
    put('floatingips/$second_fip/tags', { tags: ['x'] }),
    put('floatingips/$second_fip', { floatingip: { port_id: '$vm' } }),
    put('routers/$router/remove_router_interface', { subnet_id: '$sub' }),
    put('routers/$router', { router: { name: 'x' } }, { 'if-match': 'revision_number=1' }),
    put('routers/$router/tags', { tags: ['x'] }),
    put('routers/$router', { router: { admin_state_up: false } }),
    remove('ports/$iface'),
    remove('ports/$vm'),
    get('floatingips/$fip'),
    ...removed('floatingips/$fip'),
    ...removed('floatingips/$second_fip'),
    remove('routers/$router'),
    put('routers/$router', { router: { external_gateway_info: null } }),
    put('routers/$router/remove_router_interface', { subnet_id: '$sub' }),
    put('routers/$router/remove_router_interface', { port_id: '$iface' }),
    ...removed('routers/$router'),
    remove('ports/$vm2'),
    remove('subnets/$second'),
    remove('networks/$net'),
    remove('networks/$public'),
  ],

  'highly available and scheduled routers': [
    network('net'),
    subnet('sub', 'net', '10.93.0.0/24'),
    post('routers', { router: { ...mine, name: 'ha', ha: true } }, 'ha'),
    get('routers/$ha/l3-agents'),
    put('routers/$ha/add_router_interface', { subnet_id: '$sub' }),
    put('routers/$ha', { router: { name: 'renamed' } }),
    post('routers', { router: { ...mine, name: 'ha2', ha: true } }, 'ha2'),
    ...removed('routers/$ha2'),
    put('routers/$ha/remove_router_interface', { subnet_id: '$sub' }),
    ...removed('routers/$ha'),
    remove('networks/$net'),
  ],

  sharing: [
    network('net'),
    post(
      'rbac-policies',
      {
        rbac_policy: {
          ...mine,
          object_type: 'network',
          object_id: '$net',
          action: 'access_as_shared',
          target_tenant: 'p2',
        },
      },
      'policy',
    ),
    put('rbac-policies/$policy', { rbac_policy: { target_tenant: '*' } }),
    post(
      'rbac-policies',
      {
        rbac_policy: {
          ...mine,
          object_type: 'network',
          object_id: '$net',
          action: 'access_as_external',
          target_tenant: '*',
        },
      },
      'external',
    ),
    get('networks/$net'),
    remove('rbac-policies/$policy'),
    remove('rbac-policies/$external'),
    post('security-groups', { security_group: { ...mine, name: 'group' } }, 'group'),
    post('subnetpools', { subnetpool: { ...mine, name: 'pool', prefixes: ['10.97.0.0/22'] } }, 'pool'),
    post('address-scopes', { address_scope: { ...mine, name: 'scope', ip_version: 6 } }, 'scope'),
    post('address-groups', { address_group: { ...mine, name: 'hosts', addresses: [] } }, 'hosts'),
    ...(
      [
        ['security_group', 'group'],
        ['subnetpool', 'pool'],
        ['address_scope', 'scope'],
        ['address_group', 'hosts'],
      ] as const
    ).flatMap(([object_type, name]) => [
      post(
        'rbac-policies',
        {
          rbac_policy: {
            ...mine,
            object_type,
            object_id: `$${name}`,
            action: 'access_as_shared',
            target_tenant: 'p2',
          },
        },
        `of_${name}`,
      ),
      put(`rbac-policies/$of_${name}`, { rbac_policy: { target_tenant: 'p3' } }),
      remove(`rbac-policies/$of_${name}`),
    ]),
    remove('security-groups/$group'),
    remove('subnetpools/$pool'),
    remove('address-scopes/$scope'),
    remove('address-groups/$hosts'),
    remove('networks/$net'),
  ],

  'flavors, quotas, agents and the rest': [
    post(
      'service_profiles',
      { service_profile: { description: 'one', metainfo: '{"a": 1}', driver: '' } },
      'profile',
    ),
    put('service_profiles/$profile', { service_profile: { enabled: false } }),
    put('service_profiles/$profile', { service_profile: { enabled: true } }),
    post('flavors', { flavor: { name: 'flavor', service_type: 'L3_ROUTER_NAT' } }, 'flavor'),
    put('flavors/$flavor', { flavor: { description: 'a flavor' } }),
    post('flavors/$flavor/service_profiles', { service_profile: { id: '$profile' } }),
    get('flavors/$flavor'),
    remove('service_profiles/$profile'),
    remove('flavors/$flavor/service_profiles/$profile'),
    ...removed('flavors/$flavor'),
    ...removed('service_profiles/$profile'),
    put('quotas/p9', { quota: { network: 2, port: -1 } }),
    get('quotas/p9'),
    get('quotas/p9/details'),
    get('quotas/p9/default'),
    put('quotas/p9', { quota: { network: 3 } }),
    remove('quotas/p9'),
    get('quotas/p9'),
    get('extensions/standard-attr-tag'),
    get('auto-allocated-topology/p1?fields=dry-run'),
    network('net'),
    subnet('sub', 'net', '10.92.0.0/24'),
    get('networks/$net/dhcp-agents?fields=agent_type'),
    get('network-ip-availabilities/$net'),
    post('routers', { router: { ...mine, name: 'router' } }, 'router'),
    get('routers/$router/l3-agents?fields=agent_type'),
    remove('routers/$router'),
    remove('networks/$net'),
  ],
};

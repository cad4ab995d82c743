import { problem } from '../problem.ts';

/** Routers and floating IPs. */

const ROUTER = 'a1c9f6f0-0b6b-4f40-8a44-5a5f0c6a7b21';
const FLOATING = 'e0f3b7aa-5f3e-4c3c-9a0e-1c2d3e4f5a6b';

export const routerDisabled = problem({
  code: 'router_disabled',
  title: 'Router is switched off',
  severity: 'warning',
  sentence: ({ router }: { router: string }) =>
    `router ${router} is switched off: its admin_state_up is False`,
  cause:
    'Somebody switched the router off. Its agent has taken it down, and its networks reach nothing beyond.',
  fix: () => 'switch it on',
  command: ({ router }) => `neutron router-update ${router} --admin-state-up True`,
  example: { router: ROUTER },
});

export const routerNotHosted = problem({
  code: 'router_not_hosted',
  title: 'No L3 agent has the router',
  severity: 'error',
  sentence: ({ router, agents }: { router: string; agents: string }) =>
    `no L3 agent has router ${router}: ${agents}`,
  cause:
    'A router lives on a host with an L3 agent, which the server chooses among those that are alive and switched on when the router gets its first interface or gateway. Without one it exists only in the database.',
  fix: () =>
    "start neutron-l3-agent on one of the hosts, and check it with 'neutron agent-list'; the server gives it the router by itself",
  command: () => 'systemctl enable --now neutron-l3-agent',
  dependsOn: [
    'agent_dead',
    'agent_disabled',
    'agent_type_missing',
    'router_distributed',
    'broker_unreachable',
    'broker_refuses_credentials',
  ],
  lastsSeconds: 30,
  example: { router: ROUTER, agents: 'none has ever reported' },
});

export const routerNotSetUp = problem({
  code: 'router_not_set_up',
  title: 'L3 agent has not taken the router up',
  severity: 'error',
  sentence: ({ router, host }: { router: string; host: string }) =>
    `the L3 agent on ${host} was given router ${router} and has not asked for it`,
  cause:
    'The agent is told of a router and then asks the server for it, by which its ports get their host. This one reports that it lives, and has not asked: it is still working through others, or it does not hear the server.',
  fix: ({ host }) =>
    `on ${host}, read the end of /var/log/neutron/l3-agent.log; a restart of the agent makes it ask for everything`,
  command: () => 'systemctl restart neutron-l3-agent',
  dependsOn: ['agent_dead', 'agent_disabled', 'router_disabled', 'router_distributed', 'broker_unreachable'],
  lastsSeconds: 60,
  example: { router: ROUTER, host: 'controller' },
});

export const routerWithoutGateway = problem({
  code: 'router_without_gateway',
  title: 'Router leads nowhere',
  severity: 'info',
  sentence: ({ router }: { router: string }) =>
    `router ${router} has no gateway: it connects its own networks, and leads to none outside`,
  cause: 'The way out is set apart from the interfaces, with the external network.',
  fix: () => 'set the gateway to the external network',
  command: ({ router }) =>
    `neutron router-gateway-set ${router} $(neutron net-external-list -f value -c id | head -n 1)`,
  example: { router: ROUTER },
});

export const routerWithoutInterfaces = problem({
  code: 'router_without_interfaces',
  title: 'Router is connected to no network',
  severity: 'info',
  sentence: ({ router }: { router: string }) => `router ${router} has no interface: no network uses it`,
  cause: 'A router serves the subnets that it has an interface on; each is added by itself.',
  fix: ({ router }) => `add the subnet of the machines: neutron router-interface-add ${router} SUBNET`,
  example: { router: ROUTER },
});

export const routerWithoutSnat = problem({
  code: 'router_without_snat',
  title: 'Router does not translate addresses',
  severity: 'info',
  sentence: ({ router }: { router: string }) =>
    `router ${router} has SNAT switched off: machines without a floating IP go out with their own addresses`,
  cause:
    'Others can answer such machines only if they have a route back to the private network. Otherwise packets go out and no answer comes.',
  fix: () => 'switch SNAT on, unless the LAN has routes to the networks of this router',
  command: ({ router }) =>
    `neutron router-gateway-set ${router} $(neutron net-external-list -f value -c id | head -n 1)`,
  example: { router: ROUTER },
});

export const subnetsOverlap = problem({
  code: 'subnets_overlap',
  title: 'Subnets of one router overlap',
  severity: 'error',
  sentence: ({ router, one, other }: { router: string; one: string; other: string }) =>
    `router ${router} is connected to two subnets with the same addresses: ${one} and ${other}`,
  cause:
    'A router sends a packet by its address alone. Of two networks with the same addresses one gets what is meant for the other.',
  fix: () => 'take one of them off the router, and make it anew with other addresses',
  example: { router: ROUTER, one: '172.16.0.0/16', other: '172.16.1.0/24' },
});

export const haWithoutPrimary = problem({
  code: 'ha_without_primary',
  title: 'No instance of the router is active',
  severity: 'error',
  sentence: ({ router, hosts }: { router: string; hosts: readonly string[] }) =>
    `none of the instances of router ${router} is active: ${hosts.join(', ')}`,
  cause:
    'The instances of a highly available router agree by VRRP which of them works. None has reported that it does: keepalived does not run, or has not decided yet.',
  fix: ({ hosts }) =>
    `on ${hosts[0]?.split(' ')[0] ?? 'the host'}, see whether keepalived runs for the router, and read /var/log/neutron/l3-agent.log`,
  command: ({ router }) => `pgrep -af 'keepalived.*${router}'`,
  dependsOn: ['agent_dead', 'router_disabled', 'agent_item_failing'],
  lastsSeconds: 30,
  example: { router: ROUTER, hosts: ['controller (standby)', 'compute (standby)'] },
});

export const haTwoPrimaries = problem({
  code: 'ha_two_primaries',
  title: 'Two instances of the router are active',
  severity: 'error',
  sentence: ({ router, hosts }: { router: string; hosts: readonly string[] }) =>
    `several instances of router ${router} are active at once: ${hosts.join(', ')}`,
  cause:
    'The instances of a highly available router tell each other by VRRP that they live. When that does not get through between two hosts, each takes itself for the only one, and both answer for the same addresses.',
  fix: ({ hosts }) =>
    `see that the hosts ${hosts.join(' and ')} reach each other over the network of the instances: ping the address 169.254.192.x of the other one inside the router's namespace`,
  command: ({ router }) => `ip netns exec qrouter-${router} ip -br address | grep ha-`,
  dependsOn: ['agent_dead', 'tunnel_type_disabled'],
  lastsSeconds: 30,
  example: { router: ROUTER, hosts: ['controller', 'compute'] },
});

export const haSingleInstance = problem({
  code: 'ha_single_instance',
  title: 'Highly available router with one instance',
  severity: 'warning',
  sentence: ({ router, host }: { router: string; host: string }) =>
    `router ${router} is to be highly available and has one instance only, on ${host}`,
  cause: 'There were not enough L3 agents when it was made. When this host fails, the router fails with it.',
  fix: () => 'start neutron-l3-agent on a second host; the server puts an instance there by itself',
  dependsOn: ['agent_dead'],
  lastsSeconds: 60,
  example: { router: ROUTER, host: 'controller' },
});

export const floatingIpUnused = problem({
  code: 'floating_ip_unused',
  title: 'Floating IP belongs to no machine',
  severity: 'warning',
  sentence: ({ address }: { address: string; id: string }) =>
    `floating IP ${address} is associated with no port`,
  cause: 'An address of the outside network was reserved, and leads to no machine yet.',
  fix: ({ id }) => `associate it with the port of the machine: neutron floatingip-associate ${id} PORT`,
  example: { address: '192.168.81.110', id: FLOATING },
});

export const floatingIpWithoutRouter = problem({
  code: 'floating_ip_without_router',
  title: 'No router leads to the floating IP',
  severity: 'error',
  sentence: ({ address, port }: { address: string; port: string }) =>
    `no router connects the network of port ${port} with that of floating IP ${address}`,
  cause:
    'A floating IP is an address on the gateway of a router, which translates it to the address of the machine. That router must have an interface on the network of the machine, and its gateway on the network of the floating IP.',
  fix: () => 'set the gateway of the router, and add the subnet of the machine to it',
  example: { address: '192.168.81.110', port: '5fa9ba1d-c6b1-4b5c-8a7e-0d6f0a0a3c11' },
});

export const floatingIpDown = problem({
  code: 'floating_ip_down',
  title: 'Floating IP is not set up',
  severity: 'error',
  sentence: ({ address, status, router }: { address: string; status: string; router: string }) =>
    `floating IP ${address} is ${status}: the L3 agent has not set it up on router ${router}`,
  cause:
    'The L3 agent puts the address on the gateway of the router, adds the translation, and reports the floating IP ACTIVE. It has not reported that.',
  fix: () => 'read the end of /var/log/neutron/l3-agent.log on the host of the router',
  command: ({ router }) => `ip netns exec qrouter-${router} iptables -t nat -S | grep float-snat`,
  dependsOn: [
    'agent_dead',
    'router_not_hosted',
    'router_disabled',
    'agent_item_failing',
    'port_down',
    'physical_network_unmapped',
    'binding_outdated',
    'ha_without_primary',
    'floating_ip_without_router',
  ],
  lastsSeconds: 60,
  example: { address: '192.168.81.110', status: 'DOWN', router: ROUTER },
});

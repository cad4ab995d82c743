import { problem } from '../problem.ts';

/** Why packets do not get through a router: what is missing in its namespace. */

const AGENT = ['agent_dead'];
const ANEW = 'systemctl restart neutron-l3-agent';
const BY_AGENT = 'let the agent build the router anew';

export const namespaceMissing = problem({
  code: 'router_namespace_missing',
  title: 'Router has no namespace on its host',
  severity: 'error',
  sentence: ({ namespace, router }: { namespace: string; router: string }) =>
    `there is no namespace ${namespace} of router ${router}`,
  cause:
    'The L3 agent makes a namespace for each of its routers. This one is not there: the agent failed to, or somebody removed it.',
  fix: () => `${BY_AGENT}, and read l3-agent.log if that does not help`,
  command: () => ANEW,
  dependsOn: AGENT,
  example: { namespace: 'qrouter-8d1f', router: 'router' },
});

const inside = ({ namespace }: { readonly namespace: string }, command: string) =>
  `ip netns exec ${namespace} ${command}`;

export const routerDeviceMissing = problem({
  code: 'router_interface_missing',
  title: "Router lacks a port's device",
  severity: 'error',
  sentence: ({ device, namespace }: { device: string; namespace: string }) =>
    `there is no ${device} in ${namespace}`,
  cause:
    'Each port of a router is a device in its namespace: qr-… on a private network, qg-… on the outside.',
  fix: () => BY_AGENT,
  command: () => ANEW,
  dependsOn: [...AGENT, 'router_namespace_missing'],
  example: { device: 'qr-1b2c3d4e-5f', namespace: 'qrouter-8d1f' },
});

export const routerDeviceDown = problem({
  code: 'router_interface_down',
  title: "Router's device is down",
  severity: 'error',
  sentence: ({ device, namespace }: { device: string; namespace: string }) =>
    `${device} in ${namespace} is down`,
  cause: 'A device that is down carries nothing, and the routes over it are gone with it.',
  fix: () => 'set it up, and let the agent write its routes anew',
  command: (args) => `${inside(args, `ip link set ${args.device} up`)} && ${ANEW}`,
  dependsOn: [...AGENT, 'router_namespace_missing', 'router_interface_missing'],
  example: { device: 'qr-1b2c3d4e-5f', namespace: 'qrouter-8d1f' },
});

export const routerAddressMissing = problem({
  code: 'router_address_missing',
  title: 'Router lacks an address',
  severity: 'error',
  sentence: ({ device, address, namespace }: { device: string; address: string; namespace: string }) =>
    `${device} in ${namespace} does not have the address ${address}`,
  cause:
    "The agent gives a router's device the address of its port. Machines that use it as their gateway get no answer.",
  fix: () => 'add it',
  command: (args) => inside(args, `ip addr replace ${args.address} dev ${args.device}`),
  safe: true,
  dependsOn: [...AGENT, 'router_namespace_missing', 'router_interface_missing'],
  example: { device: 'qr-1b2c3d4e-5f', address: '172.16.1.1/24', namespace: 'qrouter-8d1f' },
});

export const floatingAddressMissing = problem({
  code: 'floating_ip_address_missing',
  title: "Router does not carry a floating IP's address",
  severity: 'error',
  sentence: ({ device, address, namespace }: { device: string; address: string; namespace: string }) =>
    `${device} in ${namespace} does not have the floating IP ${address}`,
  cause:
    'A router answers ARP for its floating IPs because their addresses are on its outside device. Without it the LAN does not find the floating IP.',
  fix: () => 'add it',
  command: (args) => inside(args, `ip addr replace ${args.address}/32 dev ${args.device}`),
  safe: true,
  dependsOn: [...AGENT, 'router_namespace_missing', 'router_interface_missing'],
  example: { device: 'qg-1b2c3d4e-5f', address: '192.168.81.105', namespace: 'qrouter-8d1f' },
});

export const forwardingOff = problem({
  code: 'router_forwarding_off',
  title: 'Router does not forward',
  severity: 'error',
  sentence: ({ namespace, parameter }: { namespace: string; parameter: string }) =>
    `${parameter} is 0 in ${namespace}`,
  cause: 'The kernel passes packets on between devices only when forwarding is on in the namespace.',
  fix: () => 'switch it on',
  command: (args) => inside(args, `sysctl -w ${args.parameter}=1`),
  safe: true,
  dependsOn: [...AGENT, 'router_namespace_missing'],
  example: { namespace: 'qrouter-8d1f', parameter: 'net.ipv4.ip_forward' },
});

export const routeMissing = problem({
  code: 'router_route_missing',
  title: 'Router lacks a route',
  severity: 'error',
  sentence: ({ namespace, to, device, via, instead }: Route) =>
    `${namespace} should send to ${to} ${via === null ? '' : `by ${via} `}over ${device}, and ${instead === null ? 'has no route there' : `sends ${instead}`}`,
  cause:
    "A router's routes are its subnets, its default route to the gateway of the external subnet, and the extra routes that it was given.",
  fix: ({ via }) => (via === null ? BY_AGENT : 'set the route'),
  command: (args) =>
    args.via === null
      ? ANEW
      : inside(args, `ip route replace ${args.destination} via ${args.via} dev ${args.device}`),
  dependsOn: [
    ...AGENT,
    'router_namespace_missing',
    'router_interface_missing',
    'router_interface_down',
    'router_address_missing',
  ],
  example: {
    namespace: 'qrouter-8d1f',
    to: '203.0.113.1',
    destination: 'default',
    device: 'qg-1b2c3d4e-5f',
    via: '192.168.81.254',
    instead: null,
  },
});

interface Route {
  readonly namespace: string;
  readonly to: string;
  /** What the route is for: default or a CIDR. */
  readonly destination: string;
  readonly device: string;
  readonly via: string | null;
  /** Where the kernel sends it now: 'over DEVICE'. */
  readonly instead: string | null;
}

export const natMissing = problem({
  code: 'router_nat_missing',
  title: 'Router translates an address not, or wrongly',
  severity: 'error',
  sentence: ({ namespace, address, to, instead }: Nat) =>
    `${namespace} should translate ${address} to ${to}, and ${instead === null ? 'translates it not' : `translates it to ${instead}`}`,
  cause:
    'A router translates what leaves to its own address (SNAT) or to the floating IP of the sender, and what comes to a floating IP to the address of its port (DNAT), by rules of iptables in its namespace.',
  fix: () => 'let the agent write its rules anew',
  command: () => ANEW,
  dependsOn: [...AGENT, 'router_namespace_missing'],
  example: { namespace: 'qrouter-8d1f', address: '192.168.81.105', to: '172.16.1.3', instead: null },
});

interface Nat {
  readonly namespace: string;
  readonly address: string;
  readonly to: string;
  readonly instead: string | null;
}

export const outsideSilent = problem({
  code: 'outside_silent',
  title: 'An address outside does not answer',
  severity: 'warning',
  sentence: ({ address, from, reason }: { address: string; from: string; reason: string }) =>
    `${address} does not answer a ping from ${from}: ${reason}`,
  cause:
    'Everything up to the gateway of the external subnet is as it should be. Beyond it, a router has no way there or back, or the machine is off or does not answer ping.',
  fix: () => 'ask whoever runs the LAN, or try another address',
  command: ({ address }) => `ping -c 3 ${address}`,
  dependsOn: [
    'provider_gateway_silent',
    'router_route_missing',
    'router_interface_down',
    'router_nat_missing',
  ],
  example: { address: '203.0.113.1', from: 'qrouter-8d1f', reason: 'no answer' },
});

export const dhcpNamespaceMissing = problem({
  code: 'dhcp_namespace_missing',
  title: 'DHCP has no namespace on its host',
  severity: 'error',
  sentence: ({ namespace }: { namespace: string }) => `there is no namespace ${namespace}`,
  cause: 'The DHCP agent makes a namespace for each network that it serves, with dnsmasq in it.',
  fix: () => 'let the agent make it anew, and read dhcp-agent.log if that does not help',
  command: () => 'systemctl restart neutron-dhcp-agent',
  dependsOn: AGENT,
  example: { namespace: 'qdhcp-5f3c' },
});

export const dnsmasqDead = problem({
  code: 'dnsmasq_not_running',
  title: "A network's DHCP server does not run",
  severity: 'error',
  sentence: ({ network }: { network: string }) => `dnsmasq of network ${network} does not run`,
  cause:
    'dnsmasq answers the DHCP requests of a network. The agent starts it again when it sees that it died.',
  fix: () => 'let the agent start it anew, and read dhcp-agent.log if that does not help',
  command: () => 'systemctl restart neutron-dhcp-agent',
  dependsOn: [...AGENT, 'dhcp_namespace_missing'],
  example: { network: 'private' },
});

export const dhcpHostMissing = problem({
  code: 'dhcp_host_missing',
  title: 'The DHCP server does not know a port',
  severity: 'error',
  sentence: ({ network, mac, address }: { network: string; mac: string; address: string }) =>
    `dnsmasq of network ${network} does not give ${address} to ${mac}`,
  cause:
    'The agent writes each port of a network into the files of dnsmasq, which answers only those it knows.',
  fix: () => 'let the agent write the files anew',
  command: () => 'systemctl restart neutron-dhcp-agent',
  dependsOn: [...AGENT, 'dhcp_namespace_missing'],
  example: { network: 'private', mac: 'fa:16:3e:12:34:56', address: '172.16.1.3' },
});

export const metadataProxySilent = problem({
  code: 'metadata_proxy_silent',
  title: 'No metadata proxy runs in the namespace',
  severity: 'error',
  sentence: ({ namespace, port }: { namespace: string; port: number }) =>
    `nobody listens at TCP port ${port} in ${namespace}, where the metadata proxy should`,
  cause:
    'Machines ask 169.254.169.254 for their metadata. haproxy in the namespace of their router, or of DHCP, takes the request to the metadata agent.',
  fix: ({ namespace }) => `let the agent of ${namespace} start it anew`,
  command: ({ namespace }) =>
    `systemctl restart neutron-${namespace.startsWith('qdhcp') ? 'dhcp' : 'l3'}-agent`,
  dependsOn: [...AGENT, 'router_namespace_missing', 'dhcp_namespace_missing'],
  example: { namespace: 'qrouter-8d1f', port: 9697 },
});

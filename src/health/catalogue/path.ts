import { problem } from '../problem.ts';

/** Why packets have no way from one place to another: what the database says. */

export const portNotBound = problem({
  code: 'port_not_bound',
  title: 'Port could not be plugged in',
  severity: 'error',
  sentence: ({ port, host, vifType }: { port: string; host: string; vifType: string }) =>
    `port ${port} is not plugged in on ${host}: its binding:vif_type is ${vifType}`,
  cause:
    'A port is wired on its host once a mechanism driver has bound it there. None has: each says why, when it is asked again.',
  fix: () => 'see what each driver says',
  command: ({ port }) => `neutron diagnose port ${port}`,
  dependsOn: ['agent_dead', 'no_agent'],
  example: { port: 'vm1', host: 'compute', vifType: 'binding_failed' },
});

export const noRouterBetween = problem({
  code: 'no_router_between',
  title: 'No router joins the two networks',
  severity: 'error',
  sentence: ({ from, to }: { from: string; to: string; subnet: string }) =>
    `no router leads from network ${from} to ${to}`,
  cause:
    'Machines on different networks reach each other through a router that has an interface on both; the outside is reached through a router with a gateway.',
  fix: ({ subnet }) => `add subnet ${subnet} to a router that has the other side`,
  command: ({ subnet }) => `neutron router-interface-add ROUTER ${subnet}`,
  example: { from: 'private', to: 'network private2', subnet: 'private' },
});

export const gatewayOfNobody = problem({
  code: 'gateway_of_nobody',
  title: "The subnet's gateway is no router's",
  severity: 'error',
  sentence: ({ subnet, gateway }: { subnet: string; gateway: string }) =>
    `subnet ${subnet} tells its machines to use gateway ${gateway}, and no router interface has that address`,
  cause:
    'Machines learn their gateway from the subnet, by DHCP, and send there whatever leaves the network. A router is attached, but by another address.',
  fix: ({ subnet }) =>
    `give the subnet the router's address as gateway_ip, or let the router use ${subnet}'s`,
  command: ({ subnet }) => `neutron router-interface-add ROUTER ${subnet}`,
  example: { subnet: 'private', gateway: '172.16.1.1' },
});

export const noFloatingIp = problem({
  code: 'no_floating_ip',
  title: 'Private address asked for from outside',
  severity: 'error',
  sentence: ({ address, port }: { address: string; port: string }) =>
    `${address} of port ${port} cannot be reached from outside: it has no floating IP`,
  cause:
    'Addresses of private networks exist only inside the cloud. From outside a machine is reached by a floating IP, an address of the external network that its router translates.',
  fix: () => 'give the port a floating IP, and use that',
  command: ({ port }) => `neutron floatingip-create EXTERNAL_NETWORK --port-id ${port}`,
  example: { address: '172.16.1.3', port: 'e3b0c442-98fc-4c14-9afb-f4c8996fb924' },
});

export const noAnswerAtAll = problem({
  code: 'path_unanswered',
  title: 'Everything is as it should be, and no answer comes',
  severity: 'error',
  sentence: ({ what, from, to, reason }: Silent) =>
    `${what} from ${from} to ${to} gets no answer (${reason}), though every hop is as it should be`,
  cause:
    'What the cloud does was looked at hop by hop. What is left: the firewall of the machine itself, a firewall of a host or of the LAN between them that drops UDP port 8472, or a network card that loses packets.',
  fix: () =>
    "look at the machine's own firewall on its console, and let neutron verify try the same between machines of its own: if that works, it is the machine",
  command: () => 'neutron verify',
  example: { what: 'tcp/22', from: 'compute', to: '172.16.1.4', reason: 'no answer' },
});

interface Silent {
  readonly what: string;
  /** The host it was sent from. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

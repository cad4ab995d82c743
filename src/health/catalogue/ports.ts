import { problem } from '../problem.ts';

/** What else keeps a port from working than its binding. */

export const portDisabled = problem({
  code: 'port_disabled',
  title: 'Port is switched off',
  severity: 'warning',
  sentence: ({ port }: { port: string }) => `port ${port} is switched off: its admin_state_up is False`,
  cause: 'Somebody switched the port off. Its agent keeps it disconnected until it is switched on again.',
  fix: () => 'switch it on',
  command: ({ port }) => `neutron port-update ${port} --admin-state-up True`,
  example: { port: '5fa9ba1d-c6b1-4b5c-8a7e-0d6f0a0a3c11' },
});

export const portWithoutHost = problem({
  code: 'port_without_host',
  title: 'Port is not plugged in anywhere',
  severity: 'info',
  sentence: ({ port }: { port: string }) => `port ${port} has no host yet: its binding:host_id is empty`,
  cause:
    'A port is wired on the host that its machine runs on. Nova says which that is when it starts a machine with the port; until then the port only reserves its addresses, and its status is DOWN.',
  fix: () => 'start a machine with this port, as with nova boot --nic port-id=PORT',
  example: { port: '5fa9ba1d-c6b1-4b5c-8a7e-0d6f0a0a3c11' },
});

/** Who makes the device that a port is plugged in with, and what to look at when it is missing. */
const MAKERS = {
  machine: {
    text: 'its machine',
    fix: 'see that the machine runs; ip link shows the device once it does',
  },
  dhcp: {
    text: 'the DHCP agent',
    fix: 'read the end of /var/log/neutron/dhcp-agent.log',
  },
  router: {
    text: 'the L3 agent',
    fix: 'read the end of /var/log/neutron/l3-agent.log',
  },
} as const;

export type PortMaker = keyof typeof MAKERS;

export const portDown = problem<Down>({
  code: 'port_down',
  title: 'Port is bound to its host and not wired there',
  severity: 'error',
  sentence: ({ port, host, maker, device }: Down) =>
    `port ${port} is DOWN: ${MAKERS[maker].text} has not plugged in the device ${device} on ${host}, or the Linux bridge agent there has not wired it`,
  cause:
    'A port becomes ACTIVE when its network device has appeared on the host and the Linux bridge agent there has put it into the bridge of its network. The agent is alive, so either the device is missing or the agent failed at it.',
  fix: ({ host, maker }) =>
    `on ${host}, ${MAKERS[maker].fix}; and look into /var/log/neutron/linuxbridge-agent.log for the port's id`,
  command: ({ device }) => `ip -d link show ${device}`,
  dependsOn: [
    'agent_dead',
    'no_agent',
    'agent_item_failing',
    'port_disabled',
    'router_disabled',
    'router_not_hosted',
    'network_without_dhcp_agent',
    'physical_network_unmapped',
    'tunnel_type_disabled',
  ],
  lastsSeconds: 60,
  example: {
    port: '5fa9ba1d-c6b1-4b5c-8a7e-0d6f0a0a3c11',
    host: 'compute',
    maker: 'machine',
    device: 'tap5fa9ba1d-c6',
  },
});

interface Down {
  port: string;
  host: string;
  maker: PortMaker;
  /** The name of its network device on the host. */
  device: string;
}

export const nothingLetIn = problem<LetIn>({
  code: 'nothing_let_in',
  title: 'Security groups let nothing in from outside',
  severity: 'info',
  sentence: ({ port, groups }: LetIn) =>
    `the security group${groups.length === 1 ? '' : 's'} of port ${port} (${groups.map(({ name }) => name).join(', ')}) let${groups.length === 1 ? 's' : ''} nothing in but from machines of the same group`,
  cause:
    'A new project has the group default, which lets everything out and nothing in, except from its own members: no ping, no ssh, no web page from outside. That is meant so, and surprises nearly everybody once.',
  fix: () => 'open what the machine offers; for ping and ssh',
  command: ({ groups }) => {
    const [group] = groups;
    const rule = `neutron security-group-rule-create ${group?.id ?? 'GROUP'} --direction ingress --protocol`;
    return `${rule} icmp && ${rule} tcp --port-range-min 22 --port-range-max 22`;
  },
  example: {
    port: '5fa9ba1d-c6b1-4b5c-8a7e-0d6f0a0a3c11',
    groups: [{ id: '8c1e4f0e-7f0a-4c6e-9d0b-2b9c1d7a5e55', name: 'default' }],
  },
});

interface LetIn {
  port: string;
  groups: readonly { readonly id: string; readonly name: string }[];
}

export const portWithoutGroup = problem({
  code: 'port_without_group',
  title: 'Port has no security group',
  severity: 'info',
  sentence: ({ port }: { port: string }) =>
    `port ${port} has no security group, and its port security is on: it can neither send nor receive anything but DHCP`,
  cause:
    'With port security on, only what a security group allows passes. A port without any group is cut off, in both directions.',
  fix: () => 'give it a group, as default; or, if nothing shall be filtered, switch its port security off',
  command: ({ port }) => `neutron port-update ${port} --security-group default`,
  example: { port: '5fa9ba1d-c6b1-4b5c-8a7e-0d6f0a0a3c11' },
});

export const portWithoutAddress = problem({
  code: 'port_without_address',
  title: 'Port has no address',
  severity: 'warning',
  sentence: ({ port, network }: { port: string; network: string }) =>
    `port ${port} has no address, though its network ${network} has subnets`,
  cause:
    'A port gets its addresses when it is made, from the subnets that are there then. One made before the first subnet, or explicitly without addresses, has none: DHCP has nothing to give to its machine.',
  fix: () => 'give it an address of a subnet of its network',
  command: ({ port, network }) =>
    `neutron port-update ${port} --fixed-ip subnet_id=$(neutron net-show ${network} -f value -c subnets | head -n 1)`,
  example: {
    port: '5fa9ba1d-c6b1-4b5c-8a7e-0d6f0a0a3c11',
    network: '2f1b6c1c-5a55-4f0e-b4a0-6d1f6a3c9e01',
  },
});

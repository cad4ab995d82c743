import { problem } from '../problem.ts';

/** Agents, by what they report and by what they say when asked. */

const HOST = 'compute';
const AGENT = 'b7f1a1c2-8e0d-4f6a-9b57-0d1e2f3a4b5c';

export const agentTypeMissing = problem({
  code: 'agent_type_missing',
  title: 'There is no agent of a kind that is needed',
  severity: 'error',
  sentence: ({ agentType }: { agentType: string; binary: string }) =>
    `no ${agentType} of any host has ever reported, and there is something for it to do`,
  cause:
    'Networks with DHCP are served by DHCP agents, and routers live with L3 agents. None has ever been heard of: none is installed or started, or none reaches the server.',
  fix: ({ agentType, binary }) =>
    `start ${binary} on one of the hosts, and check with 'neutron agent-list' that the ${agentType} is there; the server then gives it what waits for it`,
  command: ({ binary }) => `systemctl enable --now ${binary}`,
  dependsOn: ['broker_unreachable', 'broker_refuses_credentials'],
  example: { agentType: 'DHCP agent', binary: 'neutron-dhcp-agent' },
});

export const agentDisabled = problem({
  code: 'agent_disabled',
  title: 'Agent is switched off',
  severity: 'warning',
  sentence: ({ agentType, host }: { agentType: string; host: string; id: string }) =>
    `the ${agentType} on ${host} is switched off: its admin_state_up is False`,
  cause: 'Somebody took it out of service. The server gives it nothing new, and may take away what it has.',
  fix: () => 'switch it on',
  command: ({ id }) => `neutron agent-update ${id} --admin-state-up True`,
  example: { agentType: 'DHCP agent', host: HOST, id: AGENT },
});

export const agentItemFailing = problem<Failing>({
  code: 'agent_item_failing',
  title: 'Agent fails at something again and again',
  severity: 'error',
  sentence: ({ agentType, host, item, error, failures }: Failing) =>
    `the ${agentType} on ${host} fails at ${item} (${failures} ${failures === 1 ? 'time' : 'times'}): ${error}`,
  cause:
    'The agent tries again by itself, more and more seldom. What it fails at is not there, or not as it should be; everything else is.',
  fix: ({ host }) =>
    `on ${host}, read what the log says of it; once the cause is gone the agent gets there by itself`,
  command: ({ item, binary }) =>
    `grep -F ${item.split(' ').at(-1)} /var/log/neutron/${binary.replace(/^neutron-/, '')}.log | tail -n 20`,
  dependsOn: ['agent_dead'],
  example: {
    agentType: 'L3 agent',
    host: HOST,
    binary: 'neutron-l3-agent',
    item: 'router a1c9f6f0-0b6b-4f40-8a44-5a5f0c6a7b21',
    error: 'iptables-restore: line 12 failed',
    failures: 4,
  },
});

interface Failing {
  agentType: string;
  host: string;
  binary: string;
  item: string;
  error: string;
  failures: number;
}

export const tunnelAddressShared = problem({
  code: 'tunnel_address_shared',
  title: 'Two hosts have the same local_ip',
  severity: 'error',
  sentence: ({ address, hosts }: { address: string; hosts: readonly string[] }) =>
    `the Linux bridge agents of ${hosts.join(' and ')} have the same local_ip, ${address}`,
  cause:
    'local_ip is the address at which a host receives tunnels. When a file was copied to another host with its local_ip unchanged, each host sends the packets of the other to itself: machines on the two hosts do not reach each other.',
  fix: ({ hosts }) =>
    `set local_ip in section [vxlan] of /etc/neutron/plugins/ml2/linuxbridge_agent.ini to an address of each host's own, on ${hosts.join(' and ')}, and restart neutron-linuxbridge-agent`,
  example: { address: '192.168.81.66', hosts: ['controller', 'compute'] },
});

export const agentWithoutL2Population = problem({
  code: 'agent_without_l2_population',
  title: 'Agent does not learn where machines are',
  severity: 'error',
  sentence: ({ host }: { host: string }) =>
    `the server tells agents where machines are (l2population), and the Linux bridge agent on ${host} does not listen to it`,
  cause:
    'The server has the mechanism driver l2population; this agent has l2_population = False. Other hosts are then not told of its machines, and it is not told of theirs: machines on different hosts reach each other not at all, or only where multicast works.',
  fix: ({ host }) =>
    `on ${host}, set l2_population = True in section [vxlan] of /etc/neutron/plugins/ml2/linuxbridge_agent.ini and restart neutron-linuxbridge-agent`,
  command: () => 'systemctl restart neutron-linuxbridge-agent',
  example: { host: HOST },
});

export const serverWithoutL2Population = problem({
  code: 'server_without_l2_population',
  title: 'Server does not say where machines are',
  severity: 'error',
  sentence: ({ host }: { host: string }) =>
    `the Linux bridge agent on ${host} waits to be told where machines are (l2_population = True), and the server does not tell`,
  cause:
    'The agent has l2_population = True; mechanism_drivers of the server lacks l2population. The agent does not flood, as it expects to be told, so machines on different hosts do not reach each other.',
  fix: () =>
    'set mechanism_drivers = linuxbridge,l2population in section [ml2] of /etc/neutron/plugins/ml2/ml2_conf.ini and restart neutron-server',
  command: () => 'systemctl restart neutron-server',
  example: { host: HOST },
});

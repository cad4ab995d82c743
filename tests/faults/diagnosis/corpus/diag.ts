import type { Scenario, Step } from '../scenario.ts';

/** What the server says of its resources and of the whole deployment, from its database and its agents' reports. */

const INI = '/etc/neutron/plugins/ml2/linuxbridge_agent.ini';
const ML2 = '/etc/neutron/plugins/ml2/ml2_conf.ini';
const LAB = { lab: 'embedded' } as const;
const PROBLEMS = { problems: true } as const;

const operator = (run: string): Step => ({ host: 'controller', run });

/** An edit of compute's agent file, after which its agent is started again and has reported. */
const compute = (replace: RegExp, by: string): readonly Step[] => [
  { host: 'compute', file: INI, replace, by },
  { host: 'compute', restart: 'linuxbridge-agent' },
];

/** An edit of the server's file, after which it is started again. */
const server = (replace: RegExp, by: string): readonly Step[] => [
  { host: 'controller', file: ML2, replace, by },
  { host: 'controller', restart: 'server' },
  operator('until neutron ext-list >/dev/null 2>&1; do sleep 0.2; done'),
];

/** Nova's part: a port that is to be wired on a host. */
const plug = (network: string, host: string): Step =>
  operator(`neutron port-create ${network} --name broken --binding:host_id ${host} >/dev/null 2>&1`);
const unplug = operator('neutron port-delete broken');

export const diag: readonly Scenario[] = [
  {
    ...LAB,
    name: 'a machine is to start on a host that no agent knows by this name',
    source: 'pains 1',
    fault: [plug('private', 'compute.example.org')],
    undo: [unplug],
    ask: PROBLEMS,
    first: 'no_agent',
  },
  {
    ...LAB,
    name: 'a machine is to start on a host whose agent has died',
    source: 'pains 1',
    fault: [{ host: 'compute', kill: 'linuxbridge-agent' }, operator('sleep 9'), plug('private', 'compute')],
    undo: [unplug],
    ask: { diagnosis: 'ports/$VM1_PORT' },
    first: 'agent_dead',
  },
  {
    ...LAB,
    name: 'compute maps publik instead of public',
    source: 'the guide, pains 1 and 2',
    fault: [...compute(/public:eno1/, 'publik:eno1'), plug('public', 'compute')],
    undo: [unplug],
    ask: PROBLEMS,
    first: 'physical_network_unmapped',
  },
  {
    ...LAB,
    name: 'no host maps the physical network of a network',
    source: 'the guide, pains 1',
    fault: [
      ...server(/^flat_networks *=.*$/m, 'flat_networks = public,publik'),
      operator(
        'neutron net-create misspelt --provider:network_type flat --provider:physical_network publik >/dev/null',
      ),
    ],
    undo: [operator('neutron net-delete misspelt')],
    ask: PROBLEMS,
    first: 'physical_network_nowhere',
    withinSeconds: 45,
  },
  {
    ...LAB,
    name: 'compute takes part in no tunnels',
    source: 'the guide, pains 2',
    fault: [...compute(/^enable_vxlan *=.*$/m, 'enable_vxlan = False'), plug('private', 'compute')],
    undo: [unplug],
    ask: PROBLEMS,
    first: 'tunnel_type_disabled',
  },
  {
    ...LAB,
    name: 'compute is not told where machines are',
    source: 'pains 16',
    fault: compute(/^l2_population *=.*$/m, 'l2_population = False'),
    ask: { diagnosis: 'agents/$LINUXBRIDGE_AGENT_COMPUTE' },
    first: 'agent_without_l2_population',
  },
  {
    ...LAB,
    name: 'the server does not tell where machines are',
    source: 'pains 16',
    fault: server(/^mechanism_drivers *=.*$/m, 'mechanism_drivers = linuxbridge'),
    ask: PROBLEMS,
    first: 'server_without_l2_population',
  },
  {
    ...LAB,
    name: 'the L3 agent has died',
    source: 'pains 9',
    fault: [{ host: 'controller', kill: 'l3-agent' }],
    ask: { diagnosis: 'floatingips/$FLOATINGIP' },
    first: 'agent_dead',
  },
  {
    ...LAB,
    name: 'the DHCP agent has died',
    source: 'pains 4',
    fault: [{ host: 'controller', kill: 'dhcp-agent' }],
    ask: { diagnosis: 'ports/$VM1_PORT' },
    first: 'agent_dead',
  },
  {
    ...LAB,
    name: 'the network was taken off its DHCP agent',
    source: 'pains 4',
    fault: [operator('neutron dhcp-agent-network-remove $DHCP_AGENT_CONTROLLER $PRIVATE')],
    undo: [operator('neutron dhcp-agent-network-add $DHCP_AGENT_CONTROLLER $PRIVATE')],
    ask: { diagnosis: 'networks/$PRIVATE' },
    first: 'network_without_dhcp_agent',
  },
  {
    ...LAB,
    name: 'the router was taken off its L3 agent',
    source: 'pains 9',
    fault: [operator('neutron l3-agent-router-remove $L3_AGENT_CONTROLLER $ROUTER')],
    undo: [
      operator('neutron l3-agent-router-add $L3_AGENT_CONTROLLER $ROUTER'),
      operator(
        'for i in $(seq 50); do [ "$(neutron floatingip-show $FLOATINGIP -f value -c status)" = ACTIVE ] && break; sleep 0.2; done',
      ),
    ],
    ask: { diagnosis: 'routers/$ROUTER' },
    first: 'router_not_hosted',
  },
  {
    ...LAB,
    name: 'the router is switched off',
    source: 'pains 9',
    fault: [operator('neutron router-update $ROUTER --admin-state-up False')],
    undo: [operator('neutron router-update $ROUTER --admin-state-up True')],
    ask: { diagnosis: 'floatingips/$FLOATINGIP' },
    first: 'router_disabled',
  },
  {
    ...LAB,
    name: 'a floating IP belongs to no machine',
    source: 'pains 9',
    fault: [operator('neutron floatingip-disassociate $FLOATINGIP')],
    undo: [operator('neutron floatingip-associate $FLOATINGIP $VM1_PORT')],
    ask: { diagnosis: 'floatingips/$FLOATINGIP' },
    first: 'floating_ip_unused',
  },
  {
    ...LAB,
    name: 'a working machine cannot be pinged: its group lets nothing in',
    source: 'pains 11',
    fault: [
      operator('neutron security-group-create closed >/dev/null'),
      operator('neutron port-update $VM1_PORT --security-group closed'),
    ],
    undo: [
      operator('neutron port-update $VM1_PORT --security-group default'),
      operator('neutron security-group-delete closed'),
    ],
    ask: { diagnosis: 'floatingips/$FLOATINGIP' },
    first: 'nothing_let_in',
  },
  {
    ...LAB,
    name: 'a port is switched off',
    source: 'pains 4',
    fault: [operator('neutron port-update $VM1_PORT --admin-state-up False')],
    undo: [operator('neutron port-update $VM1_PORT --admin-state-up True')],
    ask: { diagnosis: 'ports/$VM1_PORT' },
    first: 'port_disabled',
  },
  {
    ...LAB,
    name: 'a subnet has no address left',
    source: 'pains 22',
    fault: [
      operator('neutron net-create tiny >/dev/null'),
      operator('neutron subnet-create tiny 10.9.9.0/30 --no-gateway --disable-dhcp >/dev/null 2>&1'),
      operator('for i in 1 2; do neutron port-create tiny --name "full$i" >/dev/null; done'),
    ],
    undo: [operator('for i in 1 2; do neutron port-delete "full$i"; done; neutron net-delete tiny')],
    ask: PROBLEMS,
    first: 'subnet_used_up',
  },
  {
    ...LAB,
    name: 'the numbers for networks are used up',
    source: 'pains 1',
    fault: [
      ...server(/^vni_ranges *=.*$/m, 'vni_ranges = 1:1'),
      operator('neutron net-create last >/dev/null 2>&1 || true'),
    ],
    undo: [operator('neutron net-delete last || true')],
    ask: PROBLEMS,
    first: 'segment_numbers_used_up',
  },
  {
    ...LAB,
    name: 'the path between hosts carries smaller packets than the networks were made for',
    source: 'pains 7',
    fault: server(/^\[ml2\]$/m, '[ml2]\npath_mtu = 1400'),
    ask: { diagnosis: 'networks/$PRIVATE' },
    first: 'mtu_above_underlay',
  },
];

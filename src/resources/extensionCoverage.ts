/** What stands for an extension: the tests that hold it, what it lacks, and what it does other than Python Neutron 21.0. */
export interface Coverage {
  readonly tests: readonly string[];
  readonly lacks?: string;
  readonly differs?: string;
}

const replay = 'tests/conformance/replay.test.ts';
const query = 'tests/conformance/query.test.ts';
const ifMatch = 'tests/conformance/ifMatch.test.ts';
const sharing = 'tests/conformance/sharing.test.ts';
const pools = 'tests/conformance/subnetPools.test.ts';
const drivers = 'tests/conformance/extensionDrivers.test.ts';
const bindings = 'tests/conformance/portBindings.test.ts';
const definitions = 'tests/conformance/definitions.test.ts';
const allocation = 'tests/conformance/autoAllocation.test.ts';
const http = 'tests/conformance/http.test.ts';
const groups = 'src/server/services/addressGroups/addressGroups.test.ts';
const agents = 'src/server/services/agents/agents.test.ts';
const quotas = 'src/server/services/quotas/quotas.test.ts';
const routers = 'src/server/services/routers/routers.test.ts';
const kinds = 'src/server/services/routers/kinds.test.ts';
const kindsHttp = 'tests/conformance/routerKinds.test.ts';
const floatingips = 'src/server/services/floatingips/floatingips.test.ts';
const zones = 'src/server/scheduling/zones.test.ts';
const twoZones = 'tests/lab/zones.test.ts';
const scheduling = 'src/server/scheduling/scheduling.test.ts';
const flavors = 'src/server/services/flavors/flavors.test.ts';
const providers = 'src/server/services/flavors/providers.test.ts';
const plugin = 'src/server/ml2/plugin.test.ts';
const firewall = 'src/agents/linuxbridge/firewall.host.test.ts';
const filters = 'src/agents/linuxbridge/firewall/tables.test.ts';
const qos = 'src/server/services/qos/qos.test.ts';
const qosHttp = 'tests/conformance/qos.test.ts';
const names = 'src/agents/dhcp/files.test.ts';
const l3Agent = 'src/agents/l3/router.host.test.ts';

/** By alias; docs/extensions.md is made of it (npm run docs:api). */
export const extensionCoverage: Readonly<Record<string, Coverage>> = {
  'address-group': { tests: [groups, 'src/agents/linuxbridge/addressGroups.host.test.ts', replay] },
  'address-scope': {
    tests: [pools, 'src/agents/l3/scopes.host.test.ts', 'src/agents/l3/scopes.test.ts', replay],
  },
  'router-admin-state-down-before-update': { tests: [kinds, kindsHttp] },
  agent: { tests: [agents, query, replay] },
  'agent-resources-synced': {
    tests: [agents, replay],
    differs: 'Placement is not told of anything, as without QoS',
  },
  'allowed-address-pairs': { tests: [plugin, filters, firewall, replay] },
  'auto-allocated-topology': { tests: [allocation, replay] },
  availability_zone: { tests: [zones, twoZones, replay] },
  availability_zone_filter: { tests: [replay, query] },
  'default-subnetpools': { tests: [pools, replay] },
  dhcp_agent_scheduler: { tests: [agents, scheduling, twoZones, replay] },
  'dns-integration': {
    tests: [drivers, names, 'src/agents/dhcp/agent.host.test.ts', 'src/resources/validators/dns.test.ts'],
    lacks: 'telling an external DNS service (Designate)',
  },
  'dns-domain-ports': { tests: [drivers], lacks: 'telling an external DNS service (Designate)' },
  'dns-integration-domain-keywords': {
    tests: [drivers],
    lacks: 'telling an external DNS service (Designate)',
  },
  dvr: {
    tests: [kinds, kindsHttp, 'tests/conformance/diagnosis.test.ts', replay],
    lacks: 'an agent that hosts distributed routers: that needs Open vSwitch, in Neutron too',
  },
  'empty-string-filtering': { tests: [query] },
  'external-net': { tests: [floatingips, routers, sharing, replay] },
  extra_dhcp_opt: { tests: [names, replay] },
  extraroute: { tests: [routers, 'src/agents/l3/firewall.test.ts', replay] },
  'extraroute-atomic': {
    tests: [kinds, kindsHttp],
    differs:
      'A body without routes, or with routes that are none, is refused with 400: Python Neutron fails with 500',
  },
  'filter-validation': {
    tests: [query, definitions],
    differs: 'changed_since is taken, which Neutron refuses while filters are validated',
  },
  'floating-ip-port-forwarding-detail': {
    tests: [definitions],
    differs: 'As in Neutron it adds nothing until the port_forwarding plugin is there, which it is not',
  },
  'fip-port-details': { tests: [floatingips, replay] },
  flavors: { tests: [flavors, replay] },
  'floatingip-pools': { tests: [replay] },
  'ip-substring-filtering': { tests: [query, replay] },
  router: { tests: [routers, l3Agent, 'tests/guide/quickstart.test.ts', replay] },
  'ext-gw-mode': { tests: [routers, 'src/agents/l3/firewall.test.ts', l3Agent, replay] },
  'l3-ha': {
    tests: [
      kinds,
      kindsHttp,
      'src/agents/l3/ha/ha.host.test.ts',
      'src/agents/l3/ha/vrrp.test.ts',
      'tests/faults/haFailover.test.ts',
      'tests/interop/haTakeover.test.ts',
    ],
    differs: 'ha_vrrp_advert_int may be a fraction of a second, with which VRRP 3 is spoken',
  },
  'l3-flavors': { tests: [flavors, providers, replay] },
  'l3-port-ip-change-not-allowed': { tests: ['tests/conformance/badInput.test.ts'] },
  l3_agent_scheduler: { tests: [agents, scheduling, replay] },
  'multi-provider': { tests: [replay] },
  'net-mtu': { tests: [plugin, replay] },
  'net-mtu-writable': {
    tests: [
      plugin,
      'src/agents/dhcp/agent.host.test.ts',
      'src/agents/l3/ipv6.host.test.ts',
      'src/agents/linuxbridge/wiring.host.test.ts',
      replay,
    ],
  },
  network_availability_zone: { tests: [zones, twoZones, replay] },
  'network-ip-availability': { tests: [allocation, replay] },
  pagination: { tests: [query, http, pools] },
  'port-device-profile': { tests: [drivers] },
  'port-mac-override': { tests: [bindings] },
  'port-mac-address-regenerate': { tests: [bindings] },
  'port-numa-affinity-policy': { tests: [drivers] },
  binding: { tests: [plugin, 'src/server/ml2/mechanisms/linuxbridge.test.ts', replay] },
  'binding-extended': { tests: [bindings] },
  'port-security': { tests: [plugin, firewall, filters, replay] },
  'project-id': { tests: [query, 'src/resources/resources.test.ts', replay] },
  provider: { tests: [plugin, 'src/server/ml2/types/types.test.ts', replay] },
  qos: {
    tests: [qos, qosHttp, definitions],
    lacks: 'policies of floating IPs and of router gateways',
  },
  'qos-bw-limit-direction': { tests: [qos, qosHttp, definitions] },
  'qos-bw-minimum-ingress': {
    tests: [qos, qosHttp, definitions],
    lacks: 'a driver that applies it: that needs Open vSwitch or SR-IOV, in Neutron too',
  },
  'qos-default': { tests: [qos, qosHttp, definitions] },
  'qos-port-network-policy': { tests: [qos, qosHttp, definitions] },
  'qos-pps-minimum': {
    tests: [qos, qosHttp, definitions],
    lacks: 'a driver that applies it: that needs Open vSwitch, in Neutron too',
  },
  'qos-pps-minimum-rule-alias': { tests: [qos, qosHttp, definitions] },
  'qos-pps': {
    tests: [qos, qosHttp, definitions],
    lacks: 'a driver that applies it: that needs Open vSwitch, in Neutron too',
  },
  'qos-rule-type-details': { tests: [qos, qosHttp, definitions] },
  'qos-rule-type-filter': { tests: [qos, qosHttp, definitions] },
  'qos-rules-alias': { tests: [qos, qosHttp, definitions] },
  'quota-check-limit': { tests: [quotas] },
  quotas: { tests: [quotas, replay] },
  quota_details: { tests: [quotas, replay] },
  'rbac-policies': { tests: [sharing, replay] },
  'rbac-address-group': { tests: [groups, replay] },
  'rbac-address-scope': { tests: [replay] },
  'rbac-security-groups': { tests: [replay] },
  'rbac-subnetpool': { tests: [pools, replay] },
  'revision-if-match': { tests: [query, pools, ifMatch] },
  'standard-attr-revisions': { tests: [plugin, replay] },
  router_availability_zone: { tests: [zones, replay] },
  'security-groups-normalized-cidr': { tests: [replay] },
  'port-security-groups-filtering': { tests: [replay] },
  'security-groups-remote-address-group': {
    tests: [groups, 'src/agents/linuxbridge/addressGroups.host.test.ts', replay],
  },
  'security-groups-shared-filtering': { tests: [replay] },
  'security-group': { tests: [firewall, 'src/agents/linuxbridge/firewall/rule.test.ts', replay] },
  'service-type': { tests: [providers, replay] },
  sorting: { tests: [query, http, replay] },
  'standard-attr-description': { tests: [definitions, replay] },
  'stateful-security-group': { tests: [groups, 'src/agents/linuxbridge/stateless.host.test.ts', replay] },
  'subnet-dns-publish-fixed-ip': { tests: [drivers], lacks: 'telling an external DNS service (Designate)' },
  subnet_onboard: { tests: [pools, replay] },
  'subnet-service-types': { tests: ['src/server/ipam/ipam.test.ts', replay] },
  subnet_allocation: {
    tests: [pools, replay],
    lacks: 'IPv6 prefix delegation, which is refused: routers have no DHCPv6 client',
  },
  'subnetpool-prefix-ops': { tests: [pools, replay] },
  'standard-attr-tag': { tests: [http, replay] },
  'tag-ports-during-bulk-creation': { tests: [drivers] },
  'standard-attr-timestamp': { tests: [http, replay] },
  'nts-diagnosis': {
    tests: ['tests/conformance/diagnosis.test.ts'],
    differs: 'Neutron has nothing like it: see docs/problems.md and the paths in docs/api.md',
  },
};

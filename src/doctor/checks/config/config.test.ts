import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { forcedMtus, tooSmallFor } from './mtu.ts';
import { type EtcFiles, examine, loudCodes } from './testing.ts';

const CONF = 'neutron/neutron.conf';
const ML2 = 'neutron/plugins/ml2/ml2_conf.ini';
const AGENT = 'neutron/plugins/ml2/linuxbridge_agent.ini';
const L3 = 'neutron/l3_agent.ini';
const DHCP = 'neutron/dhcp_agent.ini';
const METADATA = 'neutron/metadata_agent.ini';
const NOVA = 'nova/nova.conf';

/** A controller's files, nothing wrong with them; at port 1 nobody answers. */
const controller: EtcFiles = {
  [CONF]: `[DEFAULT]
core_plugin = ml2
service_plugins = router
transport_url = rabbit://openstack:opst@127.0.0.1:1/
[database]
connection = mysql+pymysql://neutron:neutron@127.0.0.1:1/neutron
[keystone_authtoken]
auth_url = http://controller:5000
username = neutron
password = neutron
[nova]
auth_url = http://controller:5000
username = nova
password = nova
`,
  [ML2]: `[ml2]
type_drivers = flat,vlan,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population
[ml2_type_flat]
flat_networks = public
[ml2_type_vxlan]
vni_ranges = 1:1000
`,
  'neutron/plugin.ini ->': '/etc/neutron/plugins/ml2/ml2_conf.ini',
  [AGENT]: `[linux_bridge]
physical_interface_mappings = public:lo
[vxlan]
enable_vxlan = True
local_ip = 192.168.81.66
l2_population = True
[securitygroup]
firewall_driver = iptables
`,
  [L3]: '[DEFAULT]\ninterface_driver = linuxbridge\n',
  [DHCP]:
    '[DEFAULT]\ninterface_driver = linuxbridge\ndnsmasq_config_file = /etc/neutron/dnsmasq-neutron.conf\n',
  'neutron/dnsmasq-neutron.conf': 'no-negcache\n',
  [METADATA]: '[DEFAULT]\nnova_metadata_host = controller\nmetadata_proxy_shared_secret = Test\n',
  [NOVA]: `[neutron]
username = neutron
password = neutron
service_metadata_proxy = True
metadata_proxy_shared_secret = Test
`,
};

/** A compute host's. */
const compute: EtcFiles = {
  [CONF]: '[DEFAULT]\ntransport_url = rabbit://openstack:opst@controller/\n',
  [AGENT]: controller[AGENT]!,
};

/** What is written instead in one file, and the codes that must be named then, nothing else. */
interface Case {
  readonly name: string;
  readonly on?: EtcFiles;
  readonly file: string;
  readonly replace?: readonly [RegExp | string, string];
  readonly text?: string;
  readonly codes: readonly string[];
  readonly says?: RegExp;
}

const cases: readonly Case[] = [
  {
    name: 'a misspelt option',
    file: ML2,
    replace: ['type_drivers', 'typ_drivers'],
    codes: ['config_option_unknown'],
    says: /ml2_conf\.ini:2: .*type_drivers/,
  },
  {
    name: 'a misspelt section',
    on: compute,
    file: AGENT,
    replace: ['[linux_bridge]', '[linuxbridge]'],
    codes: ['config_section_unknown'],
    says: /Did you mean \[linux_bridge\]/,
  },
  {
    name: 'a driver that is not built in',
    file: CONF,
    replace: ['= router', '= router,lbaas'],
    codes: ['config_name_unknown'],
  },
  {
    name: 'an option twice',
    file: L3,
    text: '[DEFAULT]\ninterface_driver = linuxbridge\ninterface_driver = linuxbridge\n',
    codes: ['config_option_repeated'],
  },
  {
    name: 'a line that is none',
    file: L3,
    replace: ['[DEFAULT]', '[DEFAULT]\ninterface'],
    codes: ['config_line_malformed'],
  },
  {
    name: 'a remark behind an address',
    on: compute,
    file: AGENT,
    replace: ['81.66', '81.66(compute)'],
    codes: ['config_value_invalid'],
    says: /did you mean 192\.168\.81\.66\?/,
  },
  {
    name: 'a remark behind a number',
    file: DHCP,
    replace: [/$/, 'resync_interval = 5 # seconds\n'],
    codes: ['config_value_invalid'],
    says: /did you mean 5\?/,
  },
  {
    name: 'a remark behind a name',
    file: METADATA,
    replace: ['= Test', '= Test # as in nova.conf'],
    codes: ['metadata_secret_differs', 'config_value_with_remark'],
  },
  {
    name: 'a section of another file',
    file: ML2,
    replace: [/$/, '[linux_bridge]\nphysical_interface_mappings = public:eno1\n'],
    codes: ['config_in_wrong_file'],
    says: /nothing reads \[linux_bridge\] here.*linuxbridge_agent\.ini/,
  },
  {
    name: 'the server’s section in the agent’s file',
    on: compute,
    file: AGENT,
    replace: [/$/, '[ml2]\ntype_drivers = vxlan\n'],
    codes: ['config_in_wrong_file'],
  },
  {
    name: 'an option of another agent',
    file: L3,
    replace: [/$/, 'enable_isolated_metadata = True\n'],
    codes: ['config_in_wrong_file'],
    says: /dhcp_agent\.ini/,
  },
  {
    name: 'one type that is not loaded',
    file: ML2,
    replace: ['flat,vlan,vxlan', 'flat,vlan'],
    codes: ['tenant_type_not_loaded'],
  },
  {
    name: 'no range of VNIs',
    file: ML2,
    replace: ['vni_ranges', '#vni_ranges'],
    codes: ['tenant_ranges_missing'],
  },
  { name: 'no linuxbridge', file: ML2, replace: ['linuxbridge,', ''], codes: ['linuxbridge_not_loaded'] },
  {
    name: 'no l2population on the server',
    file: ML2,
    replace: [',l2population', ''],
    codes: ['l2_population_one_sided'],
    says: /mechanism_drivers has no l2population/,
  },
  {
    name: 'no l2_population on the agent',
    file: AGENT,
    replace: ['l2_population = True', ''],
    codes: ['l2_population_one_sided'],
    says: /l2_population = False/,
  },
  {
    name: 'tunnels switched off',
    file: AGENT,
    replace: ['enable_vxlan = True', 'enable_vxlan = False'],
    codes: ['tunnel_type_disabled'],
  },
  {
    name: 'a physical network that is not mapped',
    file: ML2,
    replace: ['= public', '= publik'],
    codes: ['config_physical_network_unmapped'],
    says: /did you mean public\?/,
  },
  {
    name: 'another core plugin',
    file: CONF,
    replace: ['core_plugin = ml2', ''],
    codes: ['core_plugin_not_ml2'],
  },
  {
    name: 'an L3 agent, and no routers',
    file: CONF,
    replace: ['= router', '='],
    codes: ['routers_not_served'],
  },
  {
    name: 'service plugins that are not here, by alias and by class',
    file: CONF,
    replace: ['= router', '= router,trunk,neutron.services.metering.metering_plugin.MeteringPlugin'],
    codes: ['service_plugin_not_served', 'service_plugin_not_served'],
  },
  {
    name: 'no firewall driver',
    on: compute,
    file: AGENT,
    replace: ['firewall_driver', '#firewall_driver'],
    codes: ['security_groups_not_enforced'],
  },
  {
    name: 'a firewall driver of Open vSwitch',
    on: compute,
    file: AGENT,
    replace: ['= iptables', '= openvswitch'],
    codes: ['driver_unsuited'],
  },
  {
    name: 'no interface driver',
    file: L3,
    replace: ['interface_driver = linuxbridge', 'debug = True'],
    codes: ['driver_unsuited'],
  },
  {
    name: 'an interface driver of Open vSwitch',
    file: DHCP,
    replace: ['linuxbridge', 'openvswitch'],
    codes: ['driver_unsuited'],
  },
  {
    name: 'a bridge for the gateway',
    file: L3,
    replace: [/$/, 'external_network_bridge = br-ex\n'],
    codes: ['external_network_bridge_set'],
  },
  {
    name: 'no namespaces',
    file: DHCP,
    replace: [/$/, 'use_namespaces = False\n'],
    codes: ['namespaces_switched_off'],
  },
  {
    name: 'no file for dnsmasq',
    file: DHCP,
    replace: ['dnsmasq-neutron.conf', 'dnsmasq.conf'],
    codes: ['dnsmasq_config_file_missing'],
  },
  {
    name: 'an MTU that no card carries',
    file: CONF,
    replace: ['core_plugin', 'global_physnet_mtu = 90000\ncore_plugin'],
    codes: ['physnet_mtu_too_large'],
    says: /lo carries packets of 65536/,
  },
  {
    name: 'two secrets',
    file: NOVA,
    replace: ['= Test', '= METADATA_SECRET'],
    codes: ['metadata_secret_differs'],
  },
  {
    name: 'no secret',
    file: METADATA,
    replace: [/metadata_proxy_shared.*/, ''],
    codes: ['metadata_secret_missing'],
  },
  {
    name: 'Nova that takes no requests',
    file: NOVA,
    replace: ['service_metadata_proxy = True', ''],
    codes: ['nova_metadata_proxy_off'],
  },
  {
    name: 'two passwords of one user',
    file: NOVA,
    replace: ['password = neutron', 'password = NEUTRON_PASS'],
    codes: ['service_password_differs'],
  },
  {
    name: 'a host under two names',
    file: L3,
    replace: [/$/, 'host = network\n'],
    codes: ['host_name_differs'],
    says: /neutron-l3-agent calls it network/,
  },
  { name: 'no [nova]', file: CONF, replace: [/\[nova\][\s\S]*/, ''], codes: ['nova_not_told'] },
  {
    name: 'no authentication for everybody',
    file: CONF,
    replace: ['core_plugin', 'auth_strategy = noauth\nbind_host = 0.0.0.0\ncore_plugin'],
    codes: ['noauth_beyond_loopback'],
  },
  {
    name: 'no transport_url on compute',
    on: compute,
    file: CONF,
    replace: [/transport_url.*/, 'debug = True'],
    codes: ['transport_url_missing'],
  },
  {
    name: 'a transport_url that leads nowhere',
    on: compute,
    file: CONF,
    replace: ['@controller', '@localhost'],
    codes: ['transport_url_missing'],
    says: /leads to localhost/,
  },
  {
    name: 'a plugin.ini of its own',
    file: 'neutron/plugin.ini',
    text: '[ml2]\n',
    codes: ['plugin_ini_elsewhere'],
  },
  {
    name: 'a file under a wrong name',
    file: 'neutron/metadata-agent.ini',
    text: controller[METADATA]!,
    codes: [],
  },
];

test('nothing is wrong with files in which nothing is wrong', async () => {
  for (const files of [controller, compute]) {
    const report = await examine(files);
    assert.deepEqual(report.problems, []);
  }
});

describe('what is wrong is named by its code, and nothing else is', () => {
  for (const { name, on = controller, file, replace, text, codes, says = /./ } of cases) {
    test(name, async () => {
      const before = on[file] ?? '';
      const written = text ?? before.replace(replace![0], replace![1]);
      assert.notEqual(written, before);
      const others = Object.entries(on).filter(([path]) => path !== `${file} ->`);
      const report = await examine({ ...Object.fromEntries(others), [file]: written });
      assert.deepEqual(loudCodes(report).sort(), [...codes].sort());
      if (codes.length > 0) assert.match(report.problems[0]!.text, says);
    });
  }
});

test('a link that is missing, a neutron.conf that is missing, a file under another name', async () => {
  const without = (files: EtcFiles, ...gone: string[]): EtcFiles =>
    Object.fromEntries(Object.entries(files).filter(([path]) => !gone.includes(path)));
  assert.deepEqual(loudCodes(await examine(without(controller, 'neutron/plugin.ini ->'))), [
    'plugin_ini_missing',
  ]);
  assert.deepEqual(loudCodes(await examine(without(compute, CONF))), ['neutron_conf_missing']);
  for (const name of [
    'plugins/ml2/linuxbridge_agent.in',
    'plugins/ml2/linuxbridge-agent.ini',
    'linuxbridge_agent.ini',
  ]) {
    const files = { ...without(compute, AGENT), [`neutron/${name}`]: compute[AGENT]! };
    const report = await examine(files);
    assert.deepEqual(loudCodes(report), ['config_file_misnamed'], name);
    assert.match(
      report.problems[0]!.command!,
      new RegExp(`^mv -b \\S+/${name} \\S+/linuxbridge_agent\\.ini$`),
    );
  }
});

test('files of others, copies and samples are left alone', async () => {
  const sample = '[DEFAULT]\n\n#interface_driver = <none>\n';
  const others = [
    'vpn_agent.ini',
    'metering_agent.ini',
    'l3_agent.ini.bak',
    'l3_agent.ini~',
    'api-paste.ini',
    'policy.yaml',
    'neutron_vpnaas.conf',
  ];
  const files = {
    ...compute,
    ...Object.fromEntries([L3, DHCP, METADATA, ML2].map((file) => [file, sample])),
    ...Object.fromEntries(others.map((name) => [`neutron/${name}`, controller[L3]!])),
  };
  assert.deepEqual((await examine(files)).problems, []);
});

test('passwords that everybody can read are named by their options, never by themselves', async () => {
  const report = await examine(controller, (etc) => chmodSync(join(etc, CONF), 0o644));
  assert.deepEqual(loudCodes(report), ['config_secrets_open']);
  const [{ text, command }] = report.problems as [(typeof report.problems)[number]];
  assert.match(text, /\[DEFAULT\] transport_url, \[database\] connection, \[keystone_authtoken\] password/);
  assert.match(command!, /chmod o-rwx \S+neutron\.conf$/);
  assert.doesNotMatch(JSON.stringify(report), /opst/);
});

const mtus: readonly [string, readonly { line: number; mtu: number }[]][] = [
  ['dhcp-option-force=26,1450', [{ line: 1, mtu: 1450 }]],
  ['no-negcache\ndhcp-option = tag:set1,option:mtu, 1400', [{ line: 2, mtu: 1400 }]],
  ['# dhcp-option-force=26,1450\ndhcp-option=3,10.0.0.1\ndhcp-option=126,1', []],
];

for (const [text, forced] of mtus) {
  test(`MTUs that dnsmasq is to give: ${text.replaceAll('\n', '; ')}`, () =>
    assert.deepEqual(forcedMtus(text), forced));
}

test('an MTU that every machine is given is too large for networks with DHCP that carry less', () => {
  const network = (id: string, mtu: number) => ({ id, name: id, mtu, external: false, segments: [] });
  const subnet = (network_id: string, enable_dhcp: boolean) => ({
    id: network_id,
    name: '',
    network_id,
    ip_version: 4,
    cidr: '10.0.0.0/24',
    gateway_ip: null,
    enable_dhcp,
    allocation_pools: [],
  });
  const facts = {
    networks: [network('private', 1450), network('static', 1400), network('public', 1500)],
    subnets: [subnet('private', true), subnet('static', false), subnet('public', true)],
  };
  assert.deepEqual(tooSmallFor(1500, facts), ['private (1450)']);
  assert.deepEqual(tooSmallFor(1450, facts), []);
});

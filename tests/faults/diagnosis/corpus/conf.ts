import type { Scenario, Step } from '../scenario.ts';

/** Mistakes in configuration files, and services that do not answer: what neutron-doctor reads and asks. */

const CONF = '/etc/neutron/neutron.conf';
const ML2 = '/etc/neutron/plugins/ml2/ml2_conf.ini';
const AGENT = '/etc/neutron/plugins/ml2/linuxbridge_agent.ini';
const DHCP = '/etc/neutron/dhcp_agent.ini';
const L3 = '/etc/neutron/l3_agent.ini';
const METADATA = '/etc/neutron/metadata_agent.ini';
const KEYS = '/etc/neutron/rpc-keys';
const NOVA = '/etc/nova/nova.conf';

type Host = 'controller' | 'compute';

/** One line of one file is another one, and neutron-doctor is asked on that host. */
const edit =
  (lab: Scenario['lab'], source: string) =>
  (name: string, host: Host, file: string, replace: RegExp, by: string, first: string): Scenario => ({
    name: `${lab === 'full' ? 'services' : 'configuration'}: ${name}`,
    source,
    lab,
    fault: [{ host, file, replace, by }],
    ask: { doctor: host },
    first,
  });

const run = (host: Host, script: string): Step[] => [{ host, run: script }];

const guide = edit('embedded', 'the guide');
const typo = edit('embedded', 'row 1: a spelling mistake that nobody names');
const unusable = edit('embedded', 'row 2: a host or network type that cannot be used');
const services = edit('full', 'row 18: processes, broker and server told apart');

const files: readonly Scenario[] = [
  guide(
    'a remark behind local_ip',
    'compute',
    AGENT,
    /(local_ip = .*)/,
    '$1(compute IP地址)',
    'config_value_invalid',
  ),
  {
    name: 'configuration: linuxbridge_agent.in',
    source: 'the guide',
    lab: 'embedded',
    fault: run('compute', `mv ${AGENT} ${AGENT.slice(0, -1)}`),
    undo: run('compute', `mv ${AGENT.slice(0, -1)} ${AGENT}`),
    ask: { doctor: 'compute' },
    first: 'config_file_misnamed',
  },
  {
    name: 'configuration: no neutron.conf on compute',
    source: 'the guide',
    lab: 'embedded',
    fault: run('compute', `mv ${CONF} /run/neutron.conf.away`),
    undo: run('compute', `mv /run/neutron.conf.away ${CONF}`),
    ask: { doctor: 'compute' },
    first: 'neutron_conf_missing',
  },
  {
    name: 'configuration: two metadata secrets',
    source: 'the guide; row 5',
    lab: 'embedded',
    fault: run(
      'controller',
      `mkdir -p /etc/nova; printf '[neutron]\\nservice_metadata_proxy = True\\nmetadata_proxy_shared_secret = METADATA_SECRET\\n' > ${NOVA}; chmod 640 ${NOVA}`,
    ),
    undo: run('controller', `rm -f ${NOVA}`),
    ask: { doctor: 'controller' },
    first: 'metadata_secret_differs',
  },
  {
    name: 'configuration: no plugin.ini',
    source: 'the guide makes it by a command that is easily skipped',
    lab: 'embedded',
    fault: run('controller', 'rm /etc/neutron/plugin.ini'),
    undo: run('controller', `ln -sfn ${ML2} /etc/neutron/plugin.ini`),
    ask: { doctor: 'controller' },
    first: 'plugin_ini_missing',
  },
  {
    name: 'configuration: passwords that everybody can read',
    source: 'cp -r etc/neutron /etc',
    lab: 'embedded',
    fault: run('controller', `chmod 755 /etc/neutron; chmod 644 ${METADATA}`),
    undo: run('controller', `chmod 640 ${METADATA}; chmod 750 /etc/neutron`),
    ask: { doctor: 'controller' },
    first: 'config_secrets_open',
  },
  typo('a misspelt option', 'controller', ML2, /^type_drivers/m, 'typ_drivers', 'config_option_unknown'),
  typo(
    'a misspelt section',
    'compute',
    AGENT,
    /\[securitygroup\]/,
    '[securitygroups]',
    'config_section_unknown',
  ),
  typo(
    'a section of the agent in the file of the server',
    'controller',
    ML2,
    /$/,
    '\n[linux_bridge]\nphysical_interface_mappings = public:eno1\n',
    'config_in_wrong_file',
  ),
  typo(
    'a physical network under two names',
    'controller',
    ML2,
    /flat_networks = public/,
    'flat_networks = publik',
    'config_physical_network_unmapped',
  ),
  unusable(
    'vxlan for projects, and not loaded',
    'controller',
    ML2,
    /^type_drivers = .*/m,
    'type_drivers = flat,vlan',
    'tenant_type_not_loaded',
  ),
  unusable('no range of VNIs', 'controller', ML2, /^vni_ranges.*/m, '', 'tenant_ranges_missing'),
  unusable(
    'l2population on the server alone',
    'controller',
    AGENT,
    /l2_population = True/,
    'l2_population = False',
    'l2_population_one_sided',
  ),
  unusable(
    'no mechanism driver for Linux bridges',
    'controller',
    ML2,
    /linuxbridge,l2population/,
    'openvswitch,l2population',
    'linuxbridge_not_loaded',
  ),
  unusable(
    'a DHCP agent without an interface driver',
    'controller',
    DHCP,
    /^interface_driver.*/m,
    '',
    'driver_unsuited',
  ),
  edit('embedded', 'row 4: no DHCP')(
    'a file for dnsmasq that is not there',
    'controller',
    DHCP,
    /dnsmasq-neutron\.conf/,
    'dnsmasq.conf',
    'dnsmasq_config_file_missing',
  ),
  edit('embedded', 'row 12: security groups silently do nothing')(
    'security groups that do nothing',
    'compute',
    AGENT,
    /firewall_driver = .*/,
    'firewall_driver = noop',
    'security_groups_not_enforced',
  ),
  edit('embedded', 'row 1: binding_failed')(
    'an agent that calls its host by another name',
    'controller',
    L3,
    /$/,
    'host = network\n',
    'host_name_differs',
  ),
  edit('embedded', 'row 5: metadata 404, refused, timeouts')(
    'a secret that Nova does not take',
    'controller',
    METADATA,
    /shared_secret = Test/,
    'shared_secret = test',
    'metadata_secret_refused',
  ),
  edit('embedded', 'row 5: metadata 404, refused, timeouts')(
    'a metadata service at a wrong port',
    'controller',
    METADATA,
    /$/,
    'nova_metadata_port = 8776\n',
    'nova_metadata_unreachable',
  ),
  edit('embedded', 'row 18: agents flap')(
    'no transport_url on compute',
    'compute',
    CONF,
    /^transport_url.*/m,
    '',
    'transport_url_missing',
  ),
  {
    name: 'configuration: keys for RPC that were made anew',
    source: 'row 18: agents flap',
    lab: 'embedded',
    fault: run(
      'compute',
      `mv ${KEYS} ${KEYS}.away; neutron-rpc-keys ${KEYS} > /dev/null; rm ${KEYS}/client.key ${KEYS}/server.key_secret`,
    ),
    undo: run('compute', `rm -r ${KEYS}; mv ${KEYS}.away ${KEYS}`),
    ask: { doctor: 'compute' },
    first: 'rpc_key_refused',
  },
  {
    name: 'configuration: keys for RPC that were not copied',
    source: 'row 18: agents flap',
    lab: 'embedded',
    fault: run('compute', `mv ${KEYS} ${KEYS}.away`),
    undo: run('compute', `mv ${KEYS}.away ${KEYS}`),
    ask: { doctor: 'compute' },
    first: 'rpc_keys_missing',
  },
  {
    name: 'services: a server that hangs',
    source: 'row 18: a blocked loop',
    lab: 'embedded',
    fault: run('controller', "kill -STOP $(pgrep -f '[s]rc/server/main.ts')"),
    undo: run('controller', "kill -CONT $(pgrep -f '[s]rc/server/main.ts')"),
    ask: { doctor: 'controller' },
    first: 'server_not_answering',
  },
];

const DNSMASQ = '/etc/neutron/dnsmasq-neutron.conf';

const sizes: readonly Scenario[] = [
  edit('embedded', "row 7: ping works, ssh hangs; the guide's own cure, with a wrong number")(
    'an MTU for every machine that its network does not carry',
    'controller',
    DNSMASQ,
    /26,1450/,
    '26,1500',
    'mtu_forced_too_large',
  ),
  edit('embedded', 'row 7: ping works, ssh hangs')(
    'an MTU that the network card does not carry',
    'controller',
    CONF,
    /^core_plugin/m,
    'global_physnet_mtu = 9000\ncore_plugin',
    'physnet_mtu_too_large',
  ),
];

const asked: readonly Scenario[] = [
  services(
    'a wrong password for the database',
    'controller',
    CONF,
    /neutron:neutron@/,
    'neutron:NEUTRON_DBPASS@',
    'database_refuses_user',
  ),
  services(
    'a database that was not created',
    'controller',
    CONF,
    /controller\/neutron$/m,
    'controller/neutrons',
    'database_missing',
  ),
  {
    name: 'services: a database without tables',
    source: 'a step of the guide that is easily skipped',
    lab: 'full',
    fault: [
      {
        host: 'controller',
        run: "mariadb -S /run/mysqld/mysqld.sock -e \"create database empty; grant all privileges on empty.* to 'neutron'@'%'\"",
      },
      { host: 'controller', file: CONF, replace: /controller\/neutron$/m, by: 'controller/empty' },
    ],
    undo: run(
      'controller',
      "mariadb -S /run/mysqld/mysqld.sock -e \"drop database empty; revoke all privileges on empty.* from 'neutron'@'%'\"",
    ),
    ask: { doctor: 'controller' },
    first: 'database_not_migrated',
  },
  services(
    'a database server at a wrong port',
    'controller',
    CONF,
    /@controller\/neutron/,
    '@controller:3307/neutron',
    'database_unreachable',
  ),
  services(
    'a wrong password for the broker',
    'compute',
    CONF,
    /rabbit_password = opst/,
    'rabbit_password = RABBIT_PASS',
    'broker_refuses_credentials',
  ),
  services(
    'a virtual host of the broker that is not there',
    'compute',
    CONF,
    /rabbit_userid/,
    'rabbit_virtual_host = neutron\nrabbit_userid',
    'broker_vhost_missing',
  ),
  services(
    'a misspelt name of the controller',
    'compute',
    CONF,
    /rabbit_host = controller/,
    'rabbit_host = controler',
    'name_unresolvable',
  ),
  {
    name: 'services: a broker behind a firewall',
    source: 'row 18: processes, broker and server told apart',
    lab: 'full',
    fault: run('controller', 'iptables -I INPUT -p tcp --syn --dport 5672 -j REJECT --reject-with tcp-reset'),
    undo: run('controller', 'iptables -D INPUT -p tcp --syn --dport 5672 -j REJECT --reject-with tcp-reset'),
    ask: { doctor: 'compute' },
    first: 'broker_unreachable',
  },
  services(
    'a wrong password for Keystone',
    'controller',
    CONF,
    /(username = neutron\npassword = ).*/,
    '$1NEUTRON_PASS',
    'keystone_refuses_user',
  ),
  services(
    'a project in which the user is nobody',
    'controller',
    CONF,
    /(project_name = )service(\nusername = neutron)/,
    '$1demo$2',
    'keystone_user_without_role',
  ),
  services(
    'Keystone at a wrong port',
    'controller',
    CONF,
    /(auth_uri.*\nauth_url = .*):35357/,
    '$1:35358',
    'keystone_unreachable',
  ),
  services(
    'another service taken for Keystone',
    'controller',
    CONF,
    /(auth_uri.*\nauth_url = .*):35357/,
    '$1:8774',
    'keystone_not_there',
  ),
  services(
    'a wrong password for Nova’s user',
    'controller',
    CONF,
    /(username = nova\npassword = ).*/,
    '$1NOVA_PASS',
    'keystone_refuses_user',
  ),
  services(
    'a region that the catalogue does not have',
    'controller',
    CONF,
    /region_name = RegionOne/,
    'region_name = regionOne',
    'compute_endpoint_missing',
  ),
];

export const conf: readonly Scenario[] = [...files, ...sizes, ...asked];

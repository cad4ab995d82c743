import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { UsageError } from './commandLine.ts';
import { configOf, loadConfig } from './load.ts';
import {
  agent,
  api,
  core,
  database,
  interfaces,
  keystoneAuthtoken,
  l3Agent,
  linuxBridge,
  logging,
  messaging,
  metadataAgent,
  ml2,
  nova,
  rabbit,
  securitygroup,
  serviceProviders,
} from './options/index.ts';

describe('values', () => {
  test('defaults, with other options put in', () => {
    const config = configOf('');
    assert.equal(config.group(api).bind_port, 9696);
    assert.equal(config.group(interfaces).metadata_proxy_socket, '/var/lib/neutron/metadata_proxy');
    assert.deepEqual(config.origin('DEFAULT', 'bind_port'), { default: true });
    assert.deepEqual(config.notices, []);
  });

  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are oslo.config's own references
  const substitutions: readonly [string, string][] = [
    ['$state_path/p', '/var/lib/neutron/p'],
    ['${state_path}/p', '/var/lib/neutron/p'],
    ['$state_path.d', '/var/lib/neutron.d'],
    ['${ml2.path_mtu}', '0'],
    ['$$state_path', '$state_path'],
    ['\\$state_path', '$state_path'],
    ['pa$word', 'pa$word'],
    ['100$', '100$'],
  ];
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: up to here
  for (const [written, read] of substitutions) {
    test(`${written} is ${read}`, () =>
      assert.equal(configOf(`[DEFAULT]\nra_confs = ${written}`).group(l3Agent).ra_confs, read));
  }

  test('an option that refers to itself gets its default', () =>
    assert.equal(
      configOf('[DEFAULT]\nstate_path = $state_path/x').group(core).state_path,
      '/var/lib/neutron/x',
    ));

  test('a repeated multi option keeps every value', () =>
    assert.deepEqual(
      configOf('[service_providers]\nservice_provider = a:b:c\nservice_provider = d:e:f').group(
        serviceProviders,
      ).service_provider,
      ['a:b:c', 'd:e:f'],
    ));

  test('sections other than DEFAULT are found in any case', () => {
    const config = configOf(
      '[AGENT]\nreport_interval = 7\n[Linux_Bridge]\nphysical_interface_mappings = a:b',
    );
    assert.equal(config.group(agent).report_interval, 7);
    assert.deepEqual(config.group(linuxBridge).physical_interface_mappings, ['a:b']);
    assert.deepEqual(config.notices, []);
  });
});

describe('old names', () => {
  const cases: readonly [string, (config: ReturnType<typeof configOf>) => unknown, unknown][] = [
    [
      '[DEFAULT]\nnova_metadata_ip = controller',
      (c) => c.group(metadataAgent).nova_metadata_host,
      'controller',
    ],
    ['[DEFAULT]\ndhcp_domain = example.org', (c) => c.group(core).dns_domain, 'example.org'],
    ['[ml2]\nsegment_mtu = 9000', (c) => c.group(core).global_physnet_mtu, 9000],
    ['[DEFAULT]\nsql_connection = sqlite://', (c) => c.group(database).connection, 'sqlite://'],
    ['[DATABASE]\nsql_connection = sqlite://', (c) => c.group(database).connection, 'sqlite://'],
    [
      '[keystone_authtoken]\nauth_uri = http://c:5000',
      (c) => c.group(keystoneAuthtoken).www_authenticate_uri,
      'http://c:5000',
    ],
    ['[keystone_authtoken]\nauth_plugin = password', (c) => c.group(keystoneAuthtoken).auth_type, 'password'],
    ['[keystone_authtoken]\nadmin_user = n', (c) => c.group(keystoneAuthtoken).username, 'n'],
    ['[keystone_authtoken]\nadmin_tenant_name = s', (c) => c.group(keystoneAuthtoken).project_name, 's'],
    ['[nova]\nauth_plugin = password', (c) => c.group(nova).auth_type, 'password'],
    ['[nova]\ntenant-name = service', (c) => c.group(nova).project_name, 'service'],
    ['[DEFAULT]\nnova_admin_username = n', (c) => c.group(nova).username, 'n'],
    ['[oslo_messaging_rabbit]\nrabbit_use_ssl = True', (c) => c.group(rabbit).ssl, true],
    ['[DEFAULT]\nrpc_thread_pool_size = 9', (c) => c.group(messaging).executor_thread_pool_size, 9],
    ['[DEFAULT]\nlogdir = /var/log', (c) => c.group(logging).log_dir, '/var/log'],
  ];
  for (const [text, read, expected] of cases) {
    test(text.replace('\n', ' '), () => {
      const config = configOf(text);
      assert.equal(read(config), expected);
      assert.equal(config.notices.length, 1);
      assert.match(config.notices[0]!.text, /is read as \[.*its present name/);
      assert.equal(config.notices[0]!.level, 'info');
    });
  }

  const transports: readonly [string, string][] = [
    [
      'rabbit_host = controller\nrabbit_userid = openstack\nrabbit_password = opst',
      'rabbit://openstack:opst@controller:5672/',
    ],
    ['rabbit_host = h\nrabbit_port = 5673\nrabbit_virtual_host = /v', 'rabbit://guest:guest@h:5673/v'],
    ['rabbit_hosts = a:1,b\nrabbit_password = p@ss/', 'rabbit://guest:p%40ss%2F@a:1,guest:p%40ss%2F@b:5672/'],
  ];
  for (const [options, url] of transports) {
    test(`${options.replaceAll('\n', ', ')} is ${url}`, () => {
      const config = configOf(`[oslo_messaging_rabbit]\n${options}`);
      assert.equal(config.group(messaging).transport_url, url);
      assert.ok(config.notices.every(({ text }) => text.includes('part of [DEFAULT] transport_url')));
    });
  }

  test('rpc_backend alone names the transport; transport_url counts more', () => {
    assert.equal(configOf('[DEFAULT]\nrpc_backend = zmq').group(messaging).transport_url, 'zmq://');
    const both = configOf('[DEFAULT]\ntransport_url = rabbit://x\nrpc_backend = zmq');
    assert.equal(both.group(messaging).transport_url, 'rabbit://x');
    assert.match(both.notices[0]!.text, /has no effect beside transport_url/);
    assert.equal(configOf('').group(messaging).transport_url, null);
  });
});

describe('mistakes', () => {
  const cases: readonly [string, 'error' | 'warning' | 'info', RegExp, number?][] = [
    [
      '[DEFAULT]\nbind_prot = 1',
      'warning',
      /^There is no option \[DEFAULT\] bind_prot\. Did you mean bind_port\?$/,
    ],
    ['[DEFAULT]\ncore_plugni = ml2', 'warning', /Did you mean core_plugin\?/],
    [
      '[vxlan]\nvni_ranges = 1:1000',
      'warning',
      /It belongs into \[ml2_type_vxlan\] or \[ml2_type_geneve\]\./,
    ],
    ['[DEFAULT]\nconection = x', 'warning', /Did you mean \[database\] connection\?/],
    ['[DEFAULT]\nverbos = True', 'warning', /Did you mean verbose\?/],
    ['[oslo_messaging_rabbit]\nrabit_host = x', 'warning', /Did you mean rabbit_host\?/],
    ['[DEFAULT]\nallow_overlaping_ips = x', 'warning', /Did you mean allow_overlapping_ips\?/],
    ['[keystone_authtoken]\nauth_plugn = x', 'warning', /Did you mean auth_plugin\?/],
    ['[DEFAULT]\nqqqq_zzzz = x', 'warning', /^There is no option \[DEFAULT\] qqqq_zzzz\.$/],
    [
      '[linuxbridge]\nphysical_interface_mappings = a:b',
      'warning',
      /^There is no section \[linuxbridge\]; nothing in it is read\. Did you mean \[linux_bridge\]\?$/,
      1,
    ],
    ['[mine]\nx = y\nz = 1', 'warning', /^There is no section \[mine\]; nothing in it is read\.$/, 1],
    [
      '[DEFAULT]\nbind_port = abc',
      'error',
      /^\[DEFAULT\] bind_port = 'abc' does not parse: a port number from 0 to 65535 is expected\.$/,
    ],
    ['[DEFAULT]\nallow_bulk = perhaps', 'error', /True or False is expected/],
    ['[vxlan]\nlocal_ip = 192.168.81', 'error', /an IP address is expected/],
    ['[DEFAULT]\nagent_mode = central', 'error', /one of dvr, dvr_snat, legacy, dvr_no_external is expected/],
    [
      '[securitygroup]\nfirewall_driver = neutron.agent.linux.iptables_firewall.IptablesFirewallDrive',
      'warning',
      /there is no 'neutron.*FirewallDrive'; reading it as 'neutron.*IptablesFirewallDriver'/,
    ],
    [
      '[ml2]\nmechanism_drivers = linuxbrige',
      'warning',
      /there is no 'linuxbrige'; reading it as 'linuxbridge'/,
    ],
    [
      '[ml2]\nmechanism_drivers = acme',
      'warning',
      /'acme' is not built in \(built in: linuxbridge, l2population/,
    ],
    ['[DEFAULT]\nverbose = True', 'info', /^\[DEFAULT\] verbose has no effect: INFO is the normal level/],
    ['[agent]\nprevent_arp_spoofing = True', 'info', /has no effect: it is always on/],
    ['[l2pop]\nagent_boot_time = 180', 'info', /has no effect/],
    [
      '[DEFAULT]\nbind_port = 1\nbind_port = 2',
      'warning',
      /^\[DEFAULT\] bind_port was already set at line 2; this later line counts\.$/,
      3,
    ],
  ];
  for (const [text, level, expected, line = 2] of cases) {
    test(text.replaceAll('\n', ' '), () => {
      const { notices } = configOf(text, [], 'neutron.conf');
      assert.equal(notices.length, 1);
      assert.equal(notices[0]!.level, level);
      assert.match(notices[0]!.text, expected);
      assert.deepEqual(notices[0]!.origin, { file: 'neutron.conf', line });
    });
  }

  test('a value that does not parse leaves the default in place', () =>
    assert.equal(configOf('[DEFAULT]\nbind_port = abc').group(api).bind_port, 9696));

  test('a corrected driver is what the program sees', () => {
    const config = configOf(
      '[securitygroup]\nfirewall_driver = neutron.agent.linux.iptables_firewall.IptablesFirewallDrive',
    );
    assert.equal(
      config.group(securitygroup).firewall_driver,
      'neutron.agent.linux.iptables_firewall.IptablesFirewallDriver',
    );
  });
});

describe('files and flags', () => {
  let directory: string;
  const at = (name: string) => join(directory, name);
  const load = (...argv: string[]) => loadConfig({ program: 'neutron-server', argv });
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'neutron-config-'));
    await mkdir(at('d'));
    await writeFile(at('1.conf'), '[DEFAULT]\nbind_port = 1\nhost = one\n[ml2]\ntype_drivers = flat\n');
    await writeFile(at('2.conf'), '[DEFAULT]\nbind_port = 2\n');
    await writeFile(at('d/b.conf'), '[DEFAULT]\nbind_port = 4\n');
    await writeFile(at('d/a.conf'), '[DEFAULT]\nbind_port = 3\nhost = three\n');
    await writeFile(at('d/c.ini'), '[DEFAULT]\nbind_port = 9\n');
  });
  after(() => rm(directory, { recursive: true }));

  test('a later file counts more, an earlier one still holds what the later leaves out', () => {
    const config = load('--config-file', at('1.conf'), `--config-file=${at('2.conf')}`);
    assert.equal(config.group(api).bind_port, 2);
    assert.equal(config.group(core).host, 'one');
    assert.deepEqual(config.group(ml2).type_drivers, ['flat']);
    assert.deepEqual(config.origin('DEFAULT', 'bind_port'), { file: at('2.conf'), line: 2 });
    assert.deepEqual(config.files, [at('1.conf'), at('2.conf')]);
  });

  test('files and directories count in the order of the command line, *.conf in alphabetical order', () => {
    const config = load('--config-file', at('1.conf'), '--config-dir', at('d'));
    assert.equal(config.group(api).bind_port, 4);
    assert.equal(config.group(core).host, 'three');
    // As Debian's init scripts have it.
    const last = load('--config-dir', at('d'), '--config-file', at('1.conf'));
    assert.equal(last.group(api).bind_port, 1);
  });

  test('flags count more than files', () => {
    const config = load(
      '--config-file',
      at('1.conf'),
      '--debug',
      '--log-file',
      'x.log',
      '--log_dir',
      '/l',
      '--use-json',
    );
    const { debug, log_file, log_dir, use_json } = config.group(logging);
    assert.deepEqual([debug, log_file, log_dir, use_json], [true, 'x.log', '/l', true]);
    assert.deepEqual(config.origin('DEFAULT', 'debug'), { flag: '--debug' });
    assert.equal(load('--config-file', at('1.conf'), '-d', '--nodebug').group(logging).debug, false);
  });

  test('a file or directory that is not there is an error by name', () => {
    const { notices } = load('--config-file', at('none.conf'), '--config-dir', at('none'));
    assert.deepEqual(
      notices.map(({ level, text, origin }) => [level, text, origin.file]),
      [
        ['error', 'The configuration directory cannot be read: it does not exist.', at('none')],
        ['error', 'The configuration file cannot be read: it does not exist.', at('none.conf')],
      ],
    );
  });

  test('an unknown flag is a usage error', () => {
    assert.throws(() => load('--config-fiel', 'x'), UsageError);
  });

  test('a former name in a later file counts more than the present name in an earlier one', async () => {
    await writeFile(at('new.conf'), '[DEFAULT]\nnova_metadata_host = new\n');
    await writeFile(at('old.conf'), '[DEFAULT]\nnova_metadata_ip = old\n');
    const read = (...files: string[]) =>
      load(...files.map((file) => `--config-file=${at(file)}`)).group(metadataAgent).nova_metadata_host;
    assert.equal(read('new.conf', 'old.conf'), 'old');
    assert.equal(read('old.conf', 'new.conf'), 'new');
  });
});

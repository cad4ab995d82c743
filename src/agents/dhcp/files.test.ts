import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf } from '../../config/load.ts';
import { dhcpDeviceId } from '../../net/dhcpDevice.ts';
import type { PortDict, SubnetDict } from '../../rpc/dicts.ts';
import { dnsmasqCommand } from './commandLine.ts';
import { addnHostsFile, hostFile, leasesFile } from './hosts.ts';
import { formatOption, optsFile } from './options.ts';
import { dhcpSettings } from './settings.ts';
import { networkOf, portOf, subnetOf } from './testing.ts';

const settingsOf = (text = '') => dhcpSettings(configOf(`[DEFAULT]\n${text}`));
const guide = settingsOf(
  'enable_isolated_metadata = True\ndnsmasq_config_file = /etc/neutron/dnsmasq-neutron.conf',
);

const privateId = 'f3bd6c09-1c5b-4339-bbc1-bde9bdbba362';
const subnetId = 'e001de8c-5737-4873-a493-96ac9f1f97a7';
const tag = `tag:subnet-${subnetId}`;

const port = (id: string, mac: string, address: string, values: Partial<PortDict> = {}) =>
  portOf(privateId, {
    id,
    mac_address: mac,
    fixed_ips: [{ subnet_id: values.fixed_ips?.[0]?.subnet_id ?? subnetId, ip_address: address }],
    ...values,
  });
const router = port('r', 'fa:16:3e:46:a3:4b', '172.16.1.1', { device_owner: 'network:router_interface' });
const vm = port('v', 'fa:16:3e:ca:80:d4', '172.16.1.26');
const own = port('d', 'fa:16:3e:82:7a:01', '172.16.1.2', { device_owner: 'network:dhcp' });
const subnet = (values: Partial<SubnetDict> = {}) =>
  subnetOf(privateId, { id: subnetId, dns_nameservers: ['192.168.85.253'], ...values });
const subnet6 = (values: Partial<SubnetDict> = {}) =>
  subnetOf(privateId, { id: 's6', ip_version: 6, cidr: 'fd00:6::/64', gateway_ip: 'fd00:6::1', ...values });

test('the device id of a host is the one that Python computes', () => {
  const id = '8e0fef30-b6ac-4390-b1d3-921613dd3994';
  const recorded = `dhcpd3377d3c-a0d1-5d71-9947-f17125c357bb-${id}`;
  assert.equal(dhcpDeviceId('controller', id), recorded);
  assert.equal(dhcpDeviceId('controller.example.org', id), recorded);
});

test('the files of the guide’s private network are those that the Python agent wrote', () => {
  const network = networkOf(privateId, [subnet()], [router, vm, own]);
  assert.equal(
    hostFile(network, guide),
    'fa:16:3e:46:a3:4b,host-172-16-1-1.openstacklocal,172.16.1.1\n' +
      'fa:16:3e:ca:80:d4,host-172-16-1-26.openstacklocal,172.16.1.26\n',
  );
  assert.equal(
    addnHostsFile(network, guide),
    '172.16.1.1\thost-172-16-1-1.openstacklocal host-172-16-1-1\n' +
      '172.16.1.26\thost-172-16-1-26.openstacklocal host-172-16-1-26\n',
  );
  assert.equal(
    optsFile(network, own, guide),
    `${tag},option:dns-server,192.168.85.253\n` +
      `${tag},option:classless-static-route,169.254.169.254/32,172.16.1.1,0.0.0.0/0,172.16.1.1\n` +
      `${tag},249,169.254.169.254/32,172.16.1.1,0.0.0.0/0,172.16.1.1\n` +
      `${tag},option:router,172.16.1.1`,
  );
});

test('dnsmasq’s command line is that of the Python agent', () => {
  const directory = `/var/lib/neutron/dhcp/${privateId}`;
  assert.deepEqual(dnsmasqCommand(networkOf(privateId, [subnet()]), guide), [
    'dnsmasq',
    '--no-hosts',
    '--no-resolv',
    `--pid-file=${directory}/pid`,
    `--dhcp-hostsfile=${directory}/host`,
    `--addn-hosts=${directory}/addn_hosts`,
    `--dhcp-optsfile=${directory}/opts`,
    `--dhcp-leasefile=${directory}/leases`,
    '--dhcp-match=set:ipxe,175',
    '--dhcp-userclass=set:ipxe6,iPXE',
    '--local-service',
    '--bind-dynamic',
    `--dhcp-range=set:subnet-${subnetId},172.16.1.0,static,255.255.255.0,86400s`,
    '--dhcp-option-force=option:mtu,1450',
    '--dhcp-lease-max=256',
    '--conf-file=/etc/neutron/dnsmasq-neutron.conf',
    '--domain=openstacklocal',
  ]);
});

const tail = (text: string, subnets: SubnetDict[]) =>
  dnsmasqCommand(networkOf(privateId, subnets, [], 0), settingsOf(text)).slice(11);

for (const [what, text, subnets, expected] of [
  [
    'a subnet without DHCP has no range',
    '',
    [subnet({ enable_dhcp: false })],
    ['--dhcp-lease-max=0', '--conf-file=/dev/null', '--domain=openstacklocal'],
  ],
  [
    'leases for ever',
    'dhcp_lease_duration = -1\ndns_domain =',
    [subnet()],
    [
      `--dhcp-range=set:subnet-${subnetId},172.16.1.0,static,255.255.255.0,infinite`,
      '--dhcp-lease-max=256',
      '--conf-file=/dev/null',
    ],
  ],
  [
    'stateful IPv6, capped',
    'dns_domain =\ndnsmasq_lease_max = 1000',
    [subnet6({ ipv6_address_mode: 'dhcpv6-stateful' })],
    [
      '--dhcp-range=set:subnet-s6,fd00:6::,static,64,86400s',
      '--dhcp-lease-max=1000',
      '--conf-file=/dev/null',
    ],
  ],
  [
    'IPv6 without modes is stateful',
    'dns_domain =',
    [subnet6({ cidr: 'fd00:6::/120' })],
    [
      '--dhcp-range=set:subnet-s6,fd00:6::,static,120,86400s',
      '--dhcp-lease-max=256',
      '--conf-file=/dev/null',
    ],
  ],
  [
    'SLAAC has no range',
    'dns_domain =',
    [subnet6({ ipv6_address_mode: 'slaac', ipv6_ra_mode: 'slaac' })],
    ['--dhcp-lease-max=0', '--conf-file=/dev/null'],
  ],
  [
    'a short IPv6 prefix is left out',
    'dns_domain =',
    [subnet6({ cidr: 'fd00::/48' })],
    ['--dhcp-lease-max=0', '--conf-file=/dev/null'],
  ],
  [
    'servers, times, broadcast and log',
    'dnsmasq_dns_servers = 1.1.1.1,8.8.8.8\ndhcp_renewal_time = 60\ndhcp_rebinding_time = 90\ndhcp_broadcast_reply = True\ndnsmasq_base_log_dir = /var/log/d',
    [],
    [
      '--dhcp-lease-max=0',
      '--dhcp-option-force=option:T1,60s',
      '--dhcp-option-force=option:T2,90s',
      '--conf-file=/dev/null',
      '--server=1.1.1.1',
      '--server=8.8.8.8',
      '--domain=openstacklocal',
      '--dhcp-broadcast',
      '--log-queries',
      '--log-dhcp',
      `--log-facility=/var/log/d/${privateId}/dhcp_dns_log`,
    ],
  ],
] as const)
  test(`command line: ${what}`, () => {
    const command = tail(text, [...subnets]);
    assert.deepEqual(command[0] === '--bind-dynamic' ? command.slice(1) : command, expected);
  });

const extra = (opt_name: string, opt_value: string, ip_version: 4 | 6 = 4) => ({
  opt_name,
  opt_value,
  ip_version,
});

for (const [what, ports, subnets, expected] of [
  [
    'extra options set the port’s tag',
    [port('v', 'm', '172.16.1.9', { extra_dhcp_opts: [extra('mtu', '9000')] })],
    [subnet()],
    'm,host-172-16-1-9.openstacklocal,172.16.1.9,set:port-v\n',
  ],
  [
    'a client id alone',
    [port('v', 'm', '172.16.1.9', { extra_dhcp_opts: [extra('client-id', 'abc')] })],
    [subnet()],
    'm,id:abc,host-172-16-1-9.openstacklocal,172.16.1.9\n',
  ],
  [
    'a client id by number and an option',
    [port('v', 'm', '172.16.1.9', { extra_dhcp_opts: [extra('61', 'abc'), extra('mtu', '9000')] })],
    [subnet()],
    'm,id:abc,host-172-16-1-9.openstacklocal,172.16.1.9,set:port-v\n',
  ],
  ['a subnet without DHCP', [vm], [subnet({ enable_dhcp: false })], ''],
  [
    'a floating IP’s port',
    [port('f', 'm', '172.16.1.9', { device_owner: 'network:floatingip' })],
    [subnet()],
    '',
  ],
  [
    'stateful IPv6 in brackets',
    [port('v', 'm', 'fd00:6::1ac', { fixed_ips: [{ subnet_id: 's6', ip_address: 'fd00:6::1ac' }] })],
    [subnet6({ ipv6_address_mode: 'dhcpv6-stateful' })],
    'm,tag:dhcpv6,host-fd00-6--1ac.openstacklocal,[fd00:6::1ac]\n',
  ],
  [
    'SLAAC',
    [port('v', 'm', 'fd00:6::5', { fixed_ips: [{ subnet_id: 's6', ip_address: 'fd00:6::5' }] })],
    [subnet6({ ipv6_address_mode: 'slaac' })],
    '',
  ],
  [
    'stateless IPv6 with options stands before IPv4',
    [
      port('v', 'm', '', {
        extra_dhcp_opts: [extra('dns-server', 'fd00::1', 6)],
        fixed_ips: [
          { subnet_id: subnetId, ip_address: '172.16.1.9' },
          { subnet_id: 's6', ip_address: 'fd00:6::5' },
        ],
      }),
    ],
    [subnet(), subnet6({ ipv6_address_mode: 'dhcpv6-stateless' })],
    'm,tag:dhcpv6,set:port-v\nm,host-172-16-1-9.openstacklocal,172.16.1.9,set:port-v\n',
  ],
  [
    'names given by DNS integration',
    [
      port('v', 'm', '172.16.1.9', {
        dns_assignment: [{ ip_address: '172.16.1.9', hostname: 'web', fqdn: 'web.example.org.' }],
      }),
    ],
    [subnet()],
    'm,web.example.org.,172.16.1.9\n',
  ],
] as const)
  test(`host file: ${what}`, () => {
    assert.equal(hostFile(networkOf(privateId, [...subnets], [...ports]), settingsOf()), expected);
  });

test('host file: several IPv6 addresses of a subnet are one entry when asked for', () => {
  const both = port('v', 'm', '', {
    fixed_ips: [
      { subnet_id: 's6', ip_address: 'fd00:6::1' },
      { subnet_id: 's6', ip_address: 'fd00:6::2' },
    ],
  });
  const network = networkOf(privateId, [subnet6({ ipv6_address_mode: 'dhcpv6-stateful' })], [both]);
  assert.equal(
    hostFile(network, settingsOf('dnsmasq_enable_addr6_list = True')),
    'm,tag:dhcpv6,host-fd00-6--1.openstacklocal,[fd00:6::1],[fd00:6::2]\n',
  );
});

const second = subnet({ id: 's2', cidr: '10.9.0.0/24', gateway_ip: null, dns_nameservers: ['0.0.0.0'] });
const routes = [
  { destination: '10.20.0.0/16', nexthop: '172.16.1.9' },
  { destination: '0.0.0.0/0', nexthop: '172.16.1.8' },
];
const reduced = (text: string) => text.replaceAll(`${tag},`, '').split('\n');

for (const [what, text, subnets, ports, expected] of [
  [
    'isolated: metadata through the DHCP port',
    'enable_isolated_metadata = True',
    [subnet()],
    [own],
    [
      'option:dns-server,192.168.85.253',
      'option:classless-static-route,169.254.169.254/32,172.16.1.2,0.0.0.0/0,172.16.1.1',
      '249,169.254.169.254/32,172.16.1.2,0.0.0.0/0,172.16.1.1',
      'option:router,172.16.1.1',
    ],
  ],
  [
    'isolated, not served: no routes',
    '',
    [subnet({ dns_nameservers: [] })],
    [own],
    ['option:router,172.16.1.1'],
  ],
  [
    'forced although a router serves',
    'force_metadata = True',
    [subnet({ dns_nameservers: [] })],
    [own, router],
    [
      'option:classless-static-route,169.254.169.254/32,172.16.1.2,0.0.0.0/0,172.16.1.1',
      '249,169.254.169.254/32,172.16.1.2,0.0.0.0/0,172.16.1.1',
      'option:router,172.16.1.1',
    ],
  ],
  [
    'host routes, other subnets on link, a default among the routes',
    '',
    [subnet({ dns_nameservers: [], gateway_ip: null, host_routes: routes }), second],
    [own],
    [
      'option:classless-static-route,10.9.0.0/24,0.0.0.0,10.20.0.0/16,172.16.1.9,0.0.0.0/0,172.16.1.8',
      '249,10.9.0.0/24,0.0.0.0,10.20.0.0/16,172.16.1.9,0.0.0.0/0,172.16.1.8',
      'option:router,172.16.1.8',
      'tag:subnet-s2,option:dns-server',
      'tag:subnet-s2,option:classless-static-route,172.16.1.0/24,0.0.0.0',
      'tag:subnet-s2,249,172.16.1.0/24,0.0.0.0',
      'tag:subnet-s2,option:router',
    ],
  ],
  ['no DHCP, no options', '', [subnet({ enable_dhcp: false })], [own], ['']],
  [
    'IPv6',
    '',
    [subnet6({ ipv6_address_mode: 'dhcpv6-stateless', dns_nameservers: ['fd00::53', 'fd00::54'] })],
    [own],
    [
      'tag:subnet-s6,option6:dns-server,[fd00::53],[fd00::54]',
      'tag:subnet-s6,option6:domain-search,openstacklocal',
    ],
  ],
  [
    'two agents announce each other where no nameserver is named',
    '',
    [subnet({ dns_nameservers: [] })],
    [own, port('e', 'm', '172.16.1.3', { device_owner: 'network:dhcp' })],
    ['option:router,172.16.1.1', 'option:dns-server,172.16.1.2,172.16.1.3'],
  ],
  [
    'a port’s own options, of its IP versions only',
    '',
    [],
    [
      own,
      port('v', 'm', '172.16.1.9', {
        extra_dhcp_opts: [
          extra('client-id', 'x'),
          extra('150', '1.2.3.4'),
          extra('tag:ipxe,bootfile-name', 'http://b\nevil'),
          extra('ntp', 'fd00::1', 6),
        ],
      }),
    ],
    ['tag:port-v,150,1.2.3.4', 'tag:port-v,tag:ipxe,option:bootfile-name,http://b'],
  ],
] as const)
  test(`options: ${what}`, () => {
    const network = networkOf(privateId, [...subnets], [...ports]);
    assert.deepEqual(reduced(optsFile(network, own, settingsOf(text))), expected);
  });

test('an option of IPv6 keeps its number behind option6', () => {
  assert.equal(formatOption(6, 't', '23', '[fd00::1]'), 'tag:t,option6:23,[fd00::1]');
});

test('a lease file for a start: made up for IPv4, kept for what still holds, IPv6 never made up', () => {
  const six = port('w', 'mm', 'fd00:6::7', { fixed_ips: [{ subnet_id: 's6', ip_address: 'fd00:6::7' }] });
  const network = networkOf(
    privateId,
    [subnet(), subnet6({ ipv6_address_mode: 'dhcpv6-stateful' })],
    [router, vm, six],
  );
  const existing =
    'duid 00:01\n1700 fa:16:3e:ca:80:d4 172.16.1.26 web 01:fa\n1700 aa 172.16.1.99 * *\n1800 123 fd00:6::7 web 00:02\n';
  assert.equal(
    leasesFile(network, settingsOf(), existing, 1000.7),
    'duid 00:01\n87400 fa:16:3e:46:a3:4b 172.16.1.1 * *\n1700 fa:16:3e:ca:80:d4 172.16.1.26 web 01:fa\n1800 123 fd00:6::7 web 00:02\n',
  );
});

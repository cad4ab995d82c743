import { done, includes, keep, listed, type OpenstackStep, refused, shown } from './step.ts';

/** Subnets of both families, and what is on ports. */
export const ports: readonly OpenstackStep[] = [
  shown('network create --no-share --disable-port-security pn1', {
    port_security_enabled: false,
  }),
  done('network set --enable-port-security --description d --mtu 1300 --tag a --tag b pn1'),
  shown('network show pn1', { port_security_enabled: true, description: 'd', mtu: 1300, tags: ['a', 'b'] }),
  done('network unset --tag a pn1'),
  listed('network list --any-tags a,b', 'Name', ['pn1']),
  listed('network list --name pn1 --not-tags b', 'Name', []),
  done('network unset --all-tag pn1'),
  shown(
    'subnet create --network pn1 --subnet-range 10.80.0.0/24 --allocation-pool start=10.80.0.10,end=10.80.0.20 ' +
      '--gateway none --no-dhcp --dns-nameserver 9.9.9.9 --service-type network:router_gateway --tag s psub4',
    { gateway_ip: null, enable_dhcp: false, service_types: ['network:router_gateway'], tags: ['s'] },
  ),
  done('subnet set --dhcp --gateway 10.80.0.1 --dns-nameserver 8.8.8.8 --service-type compute:nova psub4'),
  shown('subnet show psub4', {
    enable_dhcp: true,
    gateway_ip: '10.80.0.1',
    dns_nameservers: ['8.8.8.8', '9.9.9.9'],
    service_types: ['compute:nova', 'network:router_gateway'],
  }),
  done(
    'subnet unset --dns-nameserver 9.9.9.9 --service-type compute:nova --service-type network:router_gateway --all-tag psub4',
  ),
  done('subnet set --no-allocation-pool --allocation-pool start=10.80.0.100,end=10.80.0.200 psub4'),
  shown('subnet show psub4', {
    dns_nameservers: ['8.8.8.8'],
    service_types: [],
    tags: [],
    allocation_pools: [{ start: '10.80.0.100', end: '10.80.0.200' }],
  }),
  shown(
    'subnet create --network pn1 --ip-version 6 --subnet-range fd00:80::/64 --ipv6-ra-mode slaac --ipv6-address-mode slaac psub6',
    { ip_version: 6, ipv6_ra_mode: 'slaac', ipv6_address_mode: 'slaac', gateway_ip: 'fd00:80::' },
  ),
  listed('subnet list --network pn1 --ip-version 6', 'Name', ['psub6']),
  keep(
    'port',
    shown(
      'port create --network pn1 --mac-address fa:16:3e:80:00:01 --device d1 --device-owner owner:x --host compute ' +
        '--vnic-type normal --binding-profile a=b --numa-policy-preferred --device-profile dp ' +
        '--extra-dhcp-option name=tftp-server,value=10.0.0.1 --tag p --description e pp1',
      {
        mac_address: 'fa:16:3e:80:00:01',
        device_id: 'd1',
        device_owner: 'owner:x',
        binding_host_id: 'compute',
        binding_vnic_type: 'normal',
        binding_profile: { a: 'b' },
        numa_affinity_policy: 'preferred',
        device_profile: 'dp',
        tags: ['p'],
        description: 'e',
      },
    ),
  ),
  includes('port list --fixed-ip ip-substring=fd00:80: --network pn1', 'Name', ['pp1']),
  includes('port list --fixed-ip subnet=psub6', 'Name', ['pp1']),
  listed('port list --mac-address fa:16:3e:80:00:01 --long', 'Device Owner', ['owner:x']),
  listed('port list --host compute --network pn1', 'Name', ['pp1']),
  listed('port list --tags p', 'Name', ['pp1']),
  done('port set --no-fixed-ip --fixed-ip subnet=psub4,ip-address=10.80.0.55 --disable pp1'),
  done('port set --no-security-group --disable-port-security --name pp2 pp1'),
  shown('port show pp2', {
    admin_state_up: false,
    port_security_enabled: false,
    security_group_ids: [],
    mac_address: 'fa:16:3e:80:00:01',
  }),
  refused('port set --allowed-address ip-address=10.80.0.60 pp2', /[Pp]ort [Ss]ecurity/),
  shown('security group create psg', { name: 'psg' }),
  done('port set --enable-port-security --allowed-address ip-address=10.80.0.60 --security-group psg pp2'),
  done(
    'port unset --allowed-address ip-address=10.80.0.60,mac-address=fa:16:3e:80:00:01 --security-group psg --all-tag --numa-policy pp2',
  ),
  done('port unset --binding-profile a --host pp2'),
  shown('port show pp2', {
    allowed_address_pairs: [],
    security_group_ids: [],
    tags: [],
    binding_host_id: '',
    binding_profile: {},
    numa_affinity_policy: null,
  }),
  refused('port create --network pn1 --mac-address fa:16:3e:80:00:01 pp3', /in use|already/),
  refused('subnet delete psub4', /in use|in-use|One or more ports/i),
  done('port delete {port}'),
  done('security group delete psg'),
  done('subnet delete psub4 psub6'),
  done('network delete pn1'),
];

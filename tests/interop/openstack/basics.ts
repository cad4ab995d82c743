import assert from 'node:assert/strict';
import { done, includes, listed, type OpenstackStep, type Row, shown } from './step.ts';

/** The addresses of fixed IPs. */
const address = { subnet: 'subnet=websub', ip: '10.1.0.50' };

/** What an operator does with the openstack client beside the guide's networks. */
export const basics: readonly OpenstackStep[] = [
  includes('extension list --network', 'Alias', [
    'router',
    'security-group',
    'quotas',
    'provider',
    'binding',
  ]),
  listed('network agent list', 'Binary', [
    'neutron-dhcp-agent',
    'neutron-l3-agent',
    'neutron-linuxbridge-agent',
    'neutron-linuxbridge-agent',
    'neutron-metadata-agent',
  ]),
  listed('network agent list --agent-type l3', 'Alive', [true]),
  shown('network create web --description hello --mtu 1400', {
    name: 'web',
    description: 'hello',
    mtu: 1400,
    'provider:network_type': 'vxlan',
    'router:external': false,
    status: 'ACTIVE',
  }),
  listed('network list', 'Name', ['public', 'private', 'web']),
  listed('network list --external --long', 'Name', ['public']),
  done('network set --name web2 --disable web'),
  shown('network show web2', { name: 'web2', admin_state_up: false, shared: false, subnets: [] }),
  done('network set --enable --tag blue web2'),
  listed('network list --tags blue', 'Name', ['web2']),
  shown('subnet create websub --network web2 --subnet-range 10.1.0.0/24 --dns-nameserver 1.1.1.1', {
    name: 'websub',
    cidr: '10.1.0.0/24',
    gateway_ip: '10.1.0.1',
    dns_nameservers: ['1.1.1.1'],
    allocation_pools: [{ start: '10.1.0.2', end: '10.1.0.254' }],
    enable_dhcp: true,
  }),
  done('subnet set --host-route destination=10.9.0.0/16,gateway=10.1.0.9 websub'),
  shown('subnet show websub', { host_routes: [{ destination: '10.9.0.0/16', nexthop: '10.1.0.9' }] }),
  listed('subnet list --network web2', 'Subnet', ['10.1.0.0/24']),
  shown('router create r2', { name: 'r2', distributed: false, ha: false, external_gateway_info: null }),
  done('router add subnet r2 websub'),
  done('router set --external-gateway public r2'),
  done('router set --route destination=10.7.0.0/24,gateway=10.1.0.9 r2'),
  shown('router show r2', {
    routes: [{ destination: '10.7.0.0/24', nexthop: '10.1.0.9' }],
    status: 'ACTIVE',
  }),
  done('router unset --route destination=10.7.0.0/24,gateway=10.1.0.9 r2'),
  listed('router list', 'Name', ['r2', 'router']),
  listed('network agent list --router r2', 'Binary', ['neutron-l3-agent']),
  shown(`port create --network web2 --fixed-ip ${address.subnet},ip-address=${address.ip} p1`, {
    name: 'p1',
    status: 'DOWN',
    device_owner: '',
    port_security_enabled: true,
  }),
  includes('port list --network web2', 'Name', ['p1', '']),
  listed('port list --router r2 --device-owner network:router_interface', 'Status', ['ACTIVE']),
  done('port set --description d --allowed-address ip-address=10.1.0.60 p1'),
  {
    line: 'port show p1 -f json',
    check(stdout) {
      const port = JSON.parse(stdout);
      assert.equal(port.description, 'd');
      assert.equal(port.fixed_ips[0].ip_address, address.ip);
      assert.deepEqual(
        port.allowed_address_pairs.map((pair: Row) => pair.ip_address),
        ['10.1.0.60'],
      );
    },
  },
  shown('security group create sg1 --description d', { name: 'sg1', description: 'd', stateful: true }),
  shown('security group rule create --protocol tcp --dst-port 80 --remote-ip 10.0.0.0/8 sg1', {
    direction: 'ingress',
    ether_type: 'IPv4',
    protocol: 'tcp',
    port_range_min: 80,
    port_range_max: 80,
    remote_ip_prefix: '10.0.0.0/8',
  }),
  listed('security group rule list sg1', 'Port Range', ['', '', '80:80']),
  includes('security group list', 'Name', ['default', 'sg1']),
  done('port set --security-group sg1 p1'),
  // Outside the pool: any address of the pool may be one that a port was given before.
  shown('floating ip create public --floating-ip-address 192.168.81.210', {
    floating_ip_address: '192.168.81.210',
    status: 'DOWN',
    port_id: null,
  }),
  done('floating ip set --port p1 192.168.81.210'),
  listed('floating ip list', 'Fixed IP Address', [address.ip]),
  done('floating ip unset --port 192.168.81.210'),
  done('floating ip delete 192.168.81.210'),
  listed('floating ip list', 'ID', []),
  shown('quota show', { networks: 100, subnets: 100, ports: 500, routers: 10, 'floating-ips': 50 }),
  done('quota set --networks 90 demo'),
  shown('quota show demo', { networks: 90 }),
  done('port delete p1'),
  done('security group delete sg1'),
  done('router unset --external-gateway r2'),
  done('router remove subnet r2 websub'),
  done('router delete r2'),
  done('subnet delete websub'),
  done('network delete web2'),
  listed('network list', 'Name', ['public', 'private']),
];

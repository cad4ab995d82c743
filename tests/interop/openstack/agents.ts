import { done, includes, keep, listed, type OpenstackStep, shown } from './step.ts';

/** Agents and what they serve, availability zones, service providers. */
export const agents: readonly OpenstackStep[] = [
  keep('l3', listed('network agent list --agent-type l3 --host controller', 'Host', ['controller'])),
  keep(
    'dhcp',
    listed('network agent list --agent-type dhcp --host controller', 'Availability Zone', ['nova']),
  ),
  shown('network agent show {l3}', { binary: 'neutron-l3-agent', topic: 'l3_agent', admin_state_up: true }),
  done('network agent set --description hers --disable {l3}'),
  shown('network agent show {l3}', { description: 'hers', admin_state_up: false }),
  done("network agent set --description '' --enable {l3}"),
  shown('network create ag1', { name: 'ag1' }),
  shown('router create agr1', { name: 'agr1', availability_zones: [] }),
  done('network agent add network --dhcp {dhcp} ag1'),
  includes('network list --agent {dhcp}', 'Name', ['ag1']),
  listed('network agent list --network ag1', 'Host', ['controller']),
  done('network agent remove network --dhcp {dhcp} ag1'),
  listed('network agent list --network ag1', 'Host', []),
  done('network agent add router --l3 {l3} agr1'),
  includes('router list --agent {l3}', 'Name', ['agr1']),
  listed('network agent list --router agr1', 'Host', ['controller']),
  done('network agent remove router --l3 {l3} agr1'),
  listed('network agent list --router agr1', 'Host', []),
  done('router delete agr1'),
  done('network delete ag1'),
  listed('availability zone list --network', 'Zone Name', ['nova', 'nova']),
  shown('network create --availability-zone-hint nova az1', { availability_zone_hints: ['nova'] }),
  shown('router create --availability-zone-hint nova azr1', { availability_zone_hints: ['nova'] }),
  done('router delete azr1'),
  done('network delete az1'),
  includes('network service provider list', 'Service Type', ['L3_ROUTER_NAT']),
];

/** The guide's steps 7 to 12, as the operator types them. */
export const guideSteps: readonly string[] = [
  'neutron ext-list',
  'neutron agent-list',
  'neutron net-create public --shared --router:external --provider:physical_network public --provider:network_type flat',
  'neutron subnet-create public 192.168.81.0/24 --name public --allocation-pool start=192.168.81.100,end=192.168.81.200 --dns-nameserver 192.168.85.253 --gateway 192.168.81.254',
  'neutron net-create private',
  'neutron subnet-create private 172.16.1.0/24 --name private --dns-nameserver 192.168.85.253 --gateway 172.16.1.1',
  'neutron router-create router',
  'neutron router-interface-add router private',
  'neutron router-gateway-set router public',
  'neutron router-port-list router',
];

/** The way back. */
export const guideUndone: readonly string[] = [
  'neutron router-gateway-clear router',
  'neutron router-interface-delete router private',
  'neutron router-delete router',
  'neutron subnet-delete private',
  'neutron net-delete private public',
];

/** Commands that change nothing, in the formats there are. */
export const readOnly: readonly string[] = [
  'neutron agent-list -f value -c agent_type -c alive',
  'neutron net-list -f csv',
  'neutron net-show private -f yaml',
  'neutron subnet-list -f csv --quote all',
  'neutron subnet-list -f yaml',
  'neutron subnet-show private -f json',
  'neutron subnet-show private -f value -c cidr -c allocation_pools',
  'neutron port-list -f json',
  'neutron port-list --device-owner network:router_interface -f yaml',
  'neutron router-list -f json',
  'neutron router-list -f csv',
  'neutron router-show router -f yaml',
  'neutron router-port-list router -f value',
  'neutron security-group-list -f json',
  'neutron security-group-rule-list -f csv',
  'neutron quota-show -f json',
  'neutron ext-show router -f shell',
  'neutron floatingip-list -f json',
];

/** Commands that are refused: duplicates, what is not there, what is in use, bad input. */
export const refused: readonly string[] = [
  'neutron net-create bad --provider:network_type vxlan --provider:segmentation_id 99999999',
  'neutron net-update private --admin-state-up maybe',
  'neutron net-list --bogus 1',
  'neutron net-list --mtu abc',
  'neutron subnet-create private',
  'neutron subnet-create nosuch 10.0.0.0/24',
  'neutron port-create private --fixed-ip ip_address=172.16.1.1',
  'neutron port-update nosuch --name x',
  'neutron router-show nosuch',
  'neutron router-gateway-set router private',
  'neutron router-interface-add router nosuch',
  'neutron security-group-rule-create default --protocol tcp --port-range-min 90 --port-range-max 80',
  'neutron floatingip-associate nosuch nosuch',
  'neutron l3-agent-router-add 00000000-0000-0000-0000-000000000000 router',
  'neutron agent-show 00000000-0000-0000-0000-000000000000',
];

/** What a member of another project may see and do, and what not, beyond what was recorded. */
export const asMember: readonly string[] = [
  'neutron router-list',
  'neutron port-list',
  'neutron subnet-list -f json',
  'neutron net-show public -f json',
  'neutron security-group-list -f yaml',
  'neutron net-update public --name mine',
  'neutron subnet-update public --name mine',
  'neutron router-delete router',
  'neutron port-create public --binding:host_id compute',
  'neutron agent-show 00000000-0000-0000-0000-000000000000',
  'neutron quota-delete',
];

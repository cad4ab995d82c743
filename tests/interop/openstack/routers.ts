import { done, includes, keep, listed, type OpenstackStep, refused, shown } from './step.ts';

/** Routers: routes, gateways, high availability, flavors; floating IPs and their pools. */
export const routers: readonly OpenstackStep[] = [
  shown('network create rn1', { name: 'rn1' }),
  shown('subnet create --network rn1 --subnet-range 10.90.0.0/24 rs1', { gateway_ip: '10.90.0.1' }),
  shown('router create --description d --tag t rr1', { description: 'd', tags: ['t'], ha: false }),
  done('router add subnet rr1 rs1'),
  shown('router add route --route destination=10.91.0.0/24,gateway=10.90.0.9 rr1', {
    routes: [{ destination: '10.91.0.0/24', nexthop: '10.90.0.9' }],
  }),
  shown('router add route --route destination=10.92.0.0/24,gateway=10.90.0.9 rr1', {
    routes: [
      { destination: '10.91.0.0/24', nexthop: '10.90.0.9' },
      { destination: '10.92.0.0/24', nexthop: '10.90.0.9' },
    ],
  }),
  shown('router remove route --route destination=10.91.0.0/24,gateway=10.90.0.9 rr1', {
    routes: [{ destination: '10.92.0.0/24', nexthop: '10.90.0.9' }],
  }),
  refused('router remove subnet rr1 rs1', /required by one or more routes/),
  done('router set --no-route rr1'),
  shown('router show rr1', { routes: [] }),
  done('router set --external-gateway public --disable-snat --fixed-ip ip-address=192.168.81.195 rr1'),
  {
    line: 'router show rr1 -f json',
    check(stdout) {
      const { external_gateway_info: gateway } = JSON.parse(stdout);
      if (gateway.enable_snat !== false || gateway.external_fixed_ips[0].ip_address !== '192.168.81.195')
        throw new Error(JSON.stringify(gateway));
    },
  },
  done('router set --external-gateway public --enable-snat rr1'),
  shown('port create --network rn1 --fixed-ip ip-address=10.90.0.50 rp1', { name: 'rp1' }),
  keep(
    'fip',
    shown('floating ip create --port rp1 --description d --tag f public', { description: 'd', tags: ['f'] }),
  ),
  listed('floating ip list --router rr1', 'Fixed IP Address', ['10.90.0.50']),
  done('floating ip set --description e --no-tag {fip}'),
  shown('floating ip show {fip}', { description: 'e', tags: [], router_id: /./ }),
  refused('router unset --external-gateway rr1', /floating IPs/),
  done('floating ip unset --port {fip}'),
  done('floating ip delete {fip}'),
  done('port delete rp1'),
  done('router unset --external-gateway --all-tag rr1'),
  done('router set --disable --name rr2 rr1'),
  done('router set --ha rr2'),
  shown('router show rr2', { ha: true, admin_state_up: false, tags: [] }),
  done('router set --no-ha rr2'),
  done('router set --enable rr2'),
  done('router remove subnet rr2 rs1'),
  shown('port create --network rn1 rp2', { name: 'rp2' }),
  done('router add port rr2 rp2'),
  listed('port list --router rr2', 'Name', ['rp2']),
  done('router remove port rr2 rp2'),
  done('router delete rr2'),
  shown('router create --ha hr1', { ha: true }),
  includes('network list --long', 'Name', ['rn1']),
  done('router delete hr1'),
  done('subnet delete rs1'),
  done('network delete rn1'),
];

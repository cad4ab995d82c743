import { done, includes, keep, listed, type OpenstackStep, refused, shown } from './step.ts';

/** Security groups and their rules, the default one, stateless ones, address groups. */
export const securityGroups: readonly OpenstackStep[] = [
  shown('address group create --address 10.0.0.0/24 --address 10.1.0.7 --description d ag1', {
    name: 'ag1',
    description: 'd',
    addresses: /10\.0\.0\.0\/24.*10\.1\.0\.7\/32|10\.1\.0\.7\/32.*10\.0\.0\.0\/24/,
  }),
  listed('address group list', 'Name', ['ag1']),
  done('address group set --address fd00::/64 --name ag2 ag1'),
  done('address group unset --address 10.1.0.7/32 ag2'),
  shown('address group show ag2', { addresses: /^(10\.0\.0\.0\/24,fd00::\/64|fd00::\/64,10\.0\.0\.0\/24)$/ }),
  shown('security group create --stateless --tag t1 sg2', { stateful: false, tags: ['t1'] }),
  shown('security group create sg3', { stateful: true, description: 'sg3' }),
  done('security group set --stateless --description other --name sg4 --tag t2 sg3'),
  shown('security group show sg4', { stateful: false, description: 'other', tags: ['t2'] }),
  done('security group unset --all-tag sg4'),
  listed('security group list --tags t1', 'Name', ['sg2']),
  keep(
    'byGroup',
    shown('security group rule create --remote-address-group ag2 --protocol udp --dst-port 53 sg2', {
      remote_address_group_id: /./,
      remote_ip_prefix: null,
      port_range_max: 53,
    }),
  ),
  refused('address group delete ag2', /in use/),
  shown(
    'security group rule create --remote-group sg4 --egress --ethertype IPv6 --protocol ipv6-icmp --icmp-type 128 sg2',
    {
      direction: 'egress',
      ether_type: 'IPv6',
      port_range_min: 128,
      remote_group_id: /./,
    },
  ),
  shown('security group rule create --protocol 132 --remote-ip 10.3.0.77/24 sg2', {
    protocol: '132',
    remote_ip_prefix: '10.3.0.77/24',
  }),
  refused('security group rule create --protocol 132 --remote-ip 10.3.0.77/24 sg2', /already exists/),
  listed('security group rule list --protocol udp sg2', 'Port Range', ['53:53']),
  includes('security group rule list --long sg2', 'Direction', ['egress', 'ingress']),
  shown('security group rule show {byGroup}', { protocol: 'udp', ether_type: 'IPv4' }),
  done('security group rule delete {byGroup}'),
  done('security group delete sg2 sg4'),
  done('address group delete ag2'),
  includes('security group list', 'Name', ['default']),
];

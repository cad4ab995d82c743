import type { Connection } from 'mysql2/promise';

/**
 * Ports by SQL, the same for both sides: as ML2 leaves bound ports of machines, 1,000 a project, each project with a
 * network, a subnet without DHCP and its default security group; twenty ports or so a host, on hosts without agents.
 */
const PORTS_PER_PROJECT = 1000;
const HOSTS = 500;
/** Above those that the servers give out. */
const FIRST_VNI = 100_000;

/** Kinds of what is made, as the second group of their ids. */
const KINDS = {
  port: 'be01',
  network: 'be02',
  segment: 'be03',
  subnet: 'be04',
  ipam: 'be05',
  pool: 'be06',
  group: 'be07',
  rule: 'be08',
} as const;
type Kind = keyof typeof KINDS;

/** The id of number `n` of a kind. */
export const seededId = (kind: Kind, n: number): string =>
  `${n.toString(16).padStart(8, '0')}-${KINDS[kind]}-4000-8000-000000000000`;

/** The host that port number `n` is bound to. */
export const seededHost = (n: number): string => `host-${n % HOSTS}`;

const idOf = (kind: Kind, n: string) =>
  `concat(lpad(lower(hex(${n})), 8, '0'), '-${KINDS[kind]}-4000-8000-000000000000')`;
const projectOf = (n: string) => `concat('bench-project-', ${n})`;

/** Standard attributes of ports are -1, -2, …; those of everything else of project p from -1,000,000 - 10 p down. */
const attributeOf = (p: string, which: number) => `-1000000 - 10 * ${p} - ${which}`;

const attributes = (id: string, type: string, from: string) =>
  `insert into standardattributes (id, resource_type, created_at, updated_at, description, revision_number)
   select ${id}, '${type}', utc_timestamp(), utc_timestamp(), '', 1 from ${from}`;

/** Projects number `first` to `last` with all that their ports need. */
function projectStatements(first: number, last: number): string[] {
  const from = `(select cast(seq as signed) p from seq_${first}_to_${last}) s`;
  const insert = (table: string, columns: string, values: string) =>
    `insert into ${table} (${columns}) select ${values} from ${from}`;
  const [project, network, subnet, ipam, group] = [
    projectOf('p'),
    idOf('network', 'p'),
    idOf('subnet', 'p'),
    idOf('ipam', 'p'),
    idOf('group', 'p'),
  ];
  const ends = "'10.64.0.2', '10.64.255.254'";
  const rules = [
    ['egress', 'IPv4'],
    ['egress', 'IPv6'],
    ['ingress', 'IPv4'],
    ['ingress', 'IPv6'],
  ] as const;
  return [
    attributes(attributeOf('p', 0), 'networks', from),
    attributes(attributeOf('p', 1), 'networksegments', from),
    attributes(attributeOf('p', 2), 'subnets', from),
    attributes(attributeOf('p', 3), 'securitygroups', from),
    insert(
      'networks',
      'project_id, id, name, status, admin_state_up, standard_attr_id, availability_zone_hints, mtu',
      `${project}, ${network}, 'seeded', 'ACTIVE', 1, ${attributeOf('p', 0)}, '[]', 1450`,
    ),
    insert(
      'networksegments',
      'id, network_id, network_type, segmentation_id, is_dynamic, segment_index, standard_attr_id',
      `${idOf('segment', 'p')}, ${network}, 'vxlan', ${FIRST_VNI} + p, 0, 0, ${attributeOf('p', 1)}`,
    ),
    insert('ml2_vxlan_allocations', 'vxlan_vni, allocated', `${FIRST_VNI} + p, 1`),
    insert('networksecuritybindings', 'network_id, port_security_enabled', `${network}, 1`),
    insert(
      'subnets',
      'project_id, id, name, network_id, ip_version, cidr, gateway_ip, enable_dhcp, standard_attr_id, in_use',
      `${project}, ${subnet}, '', ${network}, 4, '10.64.0.0/16', '10.64.0.1', 0, ${attributeOf('p', 2)}, 0`,
    ),
    insert(
      'ipallocationpools',
      'id, subnet_id, first_ip, last_ip',
      `${idOf('pool', 'p')}, ${subnet}, ${ends}`,
    ),
    insert('ipamsubnets', 'id, neutron_subnet_id', `${ipam}, ${subnet}`),
    insert(
      'ipamallocationpools',
      'id, ipam_subnet_id, first_ip, last_ip',
      `${idOf('pool', 'p')}, ${ipam}, ${ends}`,
    ),
    insert(
      'securitygroups',
      'project_id, id, name, standard_attr_id, stateful',
      `${project}, ${group}, 'default', ${attributeOf('p', 3)}, 1`,
    ),
    insert('default_security_group', 'project_id, security_group_id', `${project}, ${group}`),
    ...rules.flatMap(([direction, ethertype], index) => [
      attributes(attributeOf('p', 4 + index), 'securitygrouprules', from),
      insert(
        'securitygrouprules',
        'project_id, id, security_group_id, remote_group_id, direction, ethertype, standard_attr_id',
        `${project}, ${idOf('rule', `4 * p + ${index}`)}, ${group}, ${direction === 'ingress' ? group : 'null'}, '${direction}', '${ethertype}', ${attributeOf('p', 4 + index)}`,
      ),
    ]),
  ];
}

/** Ports number `first` to `last`, of projects that are there. */
function portStatements(first: number, last: number): string[] {
  const place = `mod(seq - 1, ${PORTS_PER_PROJECT})`;
  const from = `(select cast(seq as signed) n, cast((seq - 1) div ${PORTS_PER_PROJECT} as signed) p,
    concat('10.64.', 1 + ${place} div 250, '.', 1 + mod(${place}, 250)) address from seq_${first}_to_${last}) s`;
  const insert = (table: string, columns: string, values: string) =>
    `insert into ${table} (${columns}) select ${values} from ${from}`;
  const port = idOf('port', 'n');
  const host = `concat('host-', mod(n, ${HOSTS}))`;
  const hex = "lpad(lower(hex(n)), 6, '0')";
  const mac = `concat('fa:16:3f:', substr(${hex}, 1, 2), ':', substr(${hex}, 3, 2), ':', substr(${hex}, 5, 2))`;
  return [
    attributes('-n', 'ports', from),
    insert(
      'ports',
      'project_id, id, name, network_id, mac_address, admin_state_up, status, device_id, device_owner, standard_attr_id, ip_allocation',
      `${projectOf('p')}, ${port}, concat('seeded', n), ${idOf('network', 'p')}, ${mac}, 1, 'ACTIVE', concat('machine-', n), 'compute:nova', -n, 'immediate'`,
    ),
    insert(
      'ipallocations',
      'port_id, ip_address, subnet_id, network_id',
      `${port}, address, ${idOf('subnet', 'p')}, ${idOf('network', 'p')}`,
    ),
    insert(
      'ipamallocations',
      'ip_address, status, ipam_subnet_id',
      `address, 'ALLOCATED', ${idOf('ipam', 'p')}`,
    ),
    insert(
      'ml2_port_bindings',
      'port_id, host, vif_type, vnic_type, profile, vif_details, status',
      `${port}, ${host}, 'bridge', 'normal', '', '{"connectivity": "l2", "port_filter": true}', 'ACTIVE'`,
    ),
    insert(
      'ml2_port_binding_levels',
      'port_id, host, level, driver, segment_id',
      `${port}, ${host}, 0, 'linuxbridge', ${idOf('segment', 'p')}`,
    ),
    insert('portsecuritybindings', 'port_id, port_security_enabled', `${port}, 1`),
    insert('securitygroupportbindings', 'port_id, security_group_id', `${port}, ${idOf('group', 'p')}`),
  ];
}

/** Everything that was made for ports; foreign keys take their rows along. */
const REMOVAL = [
  'delete from standardattributes where id between -999999 and -1',
  `delete from ipamsubnets where id like '%-${KINDS.ipam}-4000-8000-000000000000'`,
  'delete from standardattributes where id < -999999',
  `delete from ml2_vxlan_allocations where vxlan_vni >= ${FIRST_VNI}`,
  "delete from quotausages where project_id like 'bench-project-%'",
];

/** Has the database hold exactly so many of these ports. */
export async function seedPorts(database: Connection, total: number): Promise<void> {
  const [rows] = await database.query(
    'select count(*) n from standardattributes where id between -999999 and -1',
  );
  let have = (rows as { n: number }[])[0]!.n;
  const run = async (statements: readonly string[]) => {
    await database.beginTransaction();
    for (const statement of statements) await database.query(statement);
    await database.commit();
  };
  if (have > total) {
    await run(REMOVAL);
    have = 0;
  }
  if (have === total) return;
  const projects = (ports: number) => Math.ceil(ports / PORTS_PER_PROJECT);
  const more = projects(total) > projects(have);
  await run([
    ...(more ? projectStatements(projects(have), projects(total) - 1) : []),
    ...portStatements(have + 1, total),
  ]);
  await database.query('analyze table ports, standardattributes, ipallocations, ml2_port_bindings');
}

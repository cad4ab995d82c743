import { type RawBuilder, sql } from 'kysely';
import type { TableDefinition } from '../../src/server/db/schema/definition.ts';
import { tables } from '../../src/server/db/schema/index.ts';
import type { TestDatabase } from '../../src/server/db/testing.ts';

/** Queries that find what must never be, each with a sentence. Every row they return is a violation. */
const queries: Readonly<Record<string, RawBuilder<unknown>>> = {
  'an address is given twice on a subnet': sql`select subnet_id, ip_address, count(*) times from ipallocations
    group by subnet_id, ip_address having count(*) > 1`,
  'a MAC address is given twice on a network': sql`select network_id, mac_address, count(*) times from ports
    group by network_id, mac_address having count(*) > 1`,
  'a segmentation id is given twice': sql`select network_type, physical_network, segmentation_id, count(*) times
    from networksegments where segmentation_id is not null
    group by network_type, physical_network, segmentation_id having count(*) > 1`,
  'a VNI is in use and not allocated': sql`select s.segmentation_id from networksegments s
    left join ml2_vxlan_allocations a on a.vxlan_vni = s.segmentation_id
    where s.network_type = 'vxlan' and coalesce(a.allocated, 0) = 0`,
  'a VNI is allocated and not in use': sql`select a.vxlan_vni from ml2_vxlan_allocations a
    left join networksegments s on s.network_type = 'vxlan' and s.segmentation_id = a.vxlan_vni
    where a.allocated = 1 and s.id is null`,
  'a VLAN is allocated and not in use': sql`select a.physical_network, a.vlan_id from ml2_vlan_allocations a
    left join networksegments s on s.network_type = 'vlan' and s.segmentation_id = a.vlan_id
      and s.physical_network = a.physical_network
    where a.allocated = 1 and s.id is null`,
  'an address of a port is unknown to IPAM': sql`select i.ip_address, i.subnet_id from ipallocations i
    left join ipamsubnets s on s.neutron_subnet_id = i.subnet_id
    left join ipamallocations a on a.ipam_subnet_id = s.id and a.ip_address = i.ip_address
    where a.ip_address is null`,
  'IPAM holds an address that no port has': sql`select a.ip_address, s.neutron_subnet_id from ipamallocations a
    join ipamsubnets s on s.id = a.ipam_subnet_id
    left join ipallocations i on i.subnet_id = s.neutron_subnet_id and i.ip_address = a.ip_address
    where i.ip_address is null`,
  'IPAM knows a subnet that is gone': sql`select i.neutron_subnet_id from ipamsubnets i
    left join subnets s on s.id = i.neutron_subnet_id where s.id is null`,
  'a network has no segment': sql`select n.id from networks n
    left join networksegments s on s.network_id = n.id where s.id is null`,
  // The binding of a server's port may be deleted over the API.
  'a port has no binding': sql`select p.id from ports p
    left join ml2_port_bindings b on b.port_id = p.id
    where b.port_id is null and p.device_owner not like 'compute:%'`,
  'a port has two active bindings': sql`select port_id, count(*) times from ml2_port_bindings
    where status = 'ACTIVE' group by port_id having count(*) > 1`,
  'a segment is noted for a binding that is gone': sql`select l.port_id, l.host from ml2_port_binding_levels l
    left join ml2_port_bindings b on b.port_id = l.port_id and b.host = l.host
    left join ml2_distributed_port_bindings d on d.port_id = l.port_id and d.host = l.host
    where b.port_id is null and d.port_id is null`,
  'a bound port has no segment': sql`select b.port_id, b.host, b.status from ml2_port_bindings b
    left join ml2_port_binding_levels l on l.port_id = b.port_id and l.host = b.host
    where b.vif_type = 'bridge' and l.port_id is null`,
  'an interface of a router is not on its list': sql`select p.id, p.device_owner from ports p
    left join routerports r on r.port_id = p.id
    where p.device_owner in ('network:router_interface', 'network:router_gateway') and r.port_id is null`,
  'a gateway port belongs to no router': sql`select p.id from ports p left join routers r on r.gw_port_id = p.id
    where p.device_owner = 'network:router_gateway' and r.id is null`,
  'a port of a floating IP belongs to none': sql`select p.id from ports p
    left join floatingips f on f.floating_port_id = p.id
    where p.device_owner = 'network:floatingip' and f.id is null`,
  'two floating IPs share a fixed address': sql`select fixed_port_id, fixed_ip_address, count(*) times
    from floatingips where fixed_port_id is not null
    group by fixed_port_id, fixed_ip_address having count(*) > 1`,
  'a project has no default group, or several': sql`select project_id, count(*) times from securitygroups
    where name = 'default' group by project_id having count(*) > 1`,
  'a default group is not the one on record': sql`select g.id from securitygroups g
    left join default_security_group d on d.security_group_id = g.id
    where g.name = 'default' and d.security_group_id is null`,
  'a provisioning block outlives its port': sql`select b.standard_attr_id from provisioningblocks b
    left join ports p on p.standard_attr_id = b.standard_attr_id where p.id is null`,
  'a subnet pool lends one prefix twice': sql`select a.cidr, a.subnetpool_id, count(*) times from subnets a
    where a.subnetpool_id is not null group by a.cidr, a.subnetpool_id having count(*) > 1`,
  'a virtual router id is given twice': sql`select network_id, vr_id, count(*) times
    from ha_router_vrid_allocations group by network_id, vr_id having count(*) > 1`,
  'a reservation is left': sql`select id from reservations`,
};

/** Tables whose rows each own a row of standardattributes. */
const standardTables = Object.entries<TableDefinition>(tables)
  .filter(([, { unique = {} }]) =>
    Object.values(unique).some((columns) => columns.join() === 'standard_attr_id'),
  )
  .map(([name]) => name);

async function orphanedAttributes(db: TestDatabase): Promise<unknown[]> {
  const owned = standardTables.map((table) => sql`select standard_attr_id from ${sql.table(table)}`);
  const { rows } = await sql`select id, resource_type from standardattributes
    where id not in (${sql.join(owned, sql` union all `)})`.execute(db.kysely);
  return rows;
}

/** Pairs of subnets of one network, or of one pool, whose addresses overlap. */
async function overlaps(db: TestDatabase): Promise<unknown[]> {
  const subnets = await db.kysely
    .selectFrom('subnets')
    .select(['id', 'cidr', 'network_id', 'subnetpool_id'])
    .where('ip_version', '=', 4)
    .execute();
  const spans = subnets.map(({ cidr, ...subnet }) => {
    const [address = '', length = ''] = cidr.split('/');
    const first = address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
    return { ...subnet, cidr, first, last: first + 2 ** (32 - Number(length)) - 1 };
  });
  return spans.flatMap((a, index) =>
    spans
      .slice(index + 1)
      .filter(
        (b) =>
          a.first <= b.last &&
          b.first <= a.last &&
          (a.network_id === b.network_id ||
            (a.subnetpool_id !== null && a.subnetpool_id === b.subnetpool_id)),
      )
      .map((b) => [a, b]),
  );
}

/** Every violation of what must hold in a database at rest, as `sentence: row`. */
export async function violations(db: TestDatabase): Promise<string[]> {
  const found: string[] = [];
  const report = (what: string, rows: readonly unknown[]) =>
    found.push(...rows.map((row) => `${what}: ${JSON.stringify(row)}`));
  for (const [what, query] of Object.entries(queries)) report(what, (await query.execute(db.kysely)).rows);
  report('standard attributes belong to nothing', await orphanedAttributes(db));
  report('subnets overlap', await overlaps(db));
  return found;
}

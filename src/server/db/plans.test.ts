import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { tapName } from '../../net/names.ts';
import { adminContext } from '../../rpc/context.ts';
import { client } from '../../rpc/interface.ts';
import { l2plugin } from '../../rpc/l2plugin.ts';
import { securityGroups } from '../../rpc/securitygroups.ts';
import type { Services } from '../http/registry.ts';
import type { Item, ListQuery, RequestContext, ResourceService } from '../services/service.ts';
import { serverOn, type TestServer } from '../testing.ts';
import { databases, statementsDuring, type TestDatabase } from './testing.ts';

const NETWORKS = 20;
const PORTS = 3000;
const PAGE = 50;
const context: RequestContext = {
  requestId: 'req-test',
  userId: null,
  projectId: 'project',
  projectName: null,
  roles: ['admin'],
  isAdmin: true,
  rpc: adminContext('req-test'),
};
const byId: ListQuery['sorts'] = [{ key: 'id', direction: 'asc' }];
const open = databases();

let db: TestDatabase;
let server: TestServer;
let services: Services;
let network: Item;
let port: Item;
let devices: string[];

/** Networks of many projects with a subnet and their share of ports each: enough that MariaDB weighs its indexes. */
before(async () => {
  db = await open.mariadb();
  server = await serverOn(db, '\n[quotas]\nquota_port = -1\nquota_network = -1\nquota_subnet = -1\n');
  services = server.api.services;
  for (let n = 0; n < NETWORKS; n += 1) {
    const tenant_id = `project${n}`;
    [network] = (await services.network!.create!(context, [{ name: `net${n}`, tenant_id }])) as [Item];
    const subnet = { network_id: network.id, tenant_id, ip_version: 4, cidr: `10.${n}.0.0/16`, name: '' };
    await services.subnet!.create!(context, [{ ...subnet, enable_dhcp: false }]);
    const ports = Array.from({ length: PORTS / NETWORKS }, (_, at) => ({
      network_id: network.id,
      tenant_id,
      name: `port${at}`,
      device_id: `machine${n}-${at}`,
    }));
    const made = await services.port!.create!(context, ports);
    port = made[0]!;
    devices = made.slice(0, 10).map((one) => tapName(idOf(one)));
  }
  await sql`analyze table ports, standardattributes, ipallocations, ipamallocations, ml2_port_bindings,
    securitygroupportbindings, networks, subnets`.execute(db.kysely);
});
after(async () => {
  await server.end();
  await db.close();
});

/** The statements that find rows, which the planner can explain; what is sent together, or answered together, is logged together. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  await server.settle();
  const sent = await statementsDuring(db, work);
  return sent
    .flatMap((text) => text.split(/;\n| union all /))
    .filter((text) => /^\(?(select|update|delete) /.test(text));
}

interface Step {
  readonly table: string | null;
  readonly type: string | null;
  readonly key: string | null;
  /** How many it expects to read. */
  readonly rows: string | null;
  readonly Extra: string | null;
}

/** Tables with a row or more for each of these ports, which are unbound: nothing may read one from end to end. */
const LARGE = [
  'ports',
  'standardattributes',
  'ipallocations',
  'ipamallocations',
  'ml2_port_bindings',
  'portsecuritybindings',
  'securitygroupportbindings',
];

/** Tags and their ports are found from whichever side is smaller. */
const isOfTags = (statement: string) => / from `tags` /.test(statement);

const portList = (filters: ListQuery['filters'], more: Partial<ListQuery> = {}) =>
  services.port!.list(context, { filters, sorts: byId, ...more });
const idOf = (item: Item) => item.id as string;
const asked = () => ({ devices, agent_id: 'lb', host: 'compute' });
const created = (service: ResourceService | undefined, item: Item) => service!.create!(context, [item]);

/** What is asked most → the indexes by which its statements find ports; Neutron's own, as we add none to its tables. */
const HOT: Readonly<Record<string, { act: () => Promise<unknown>; by: readonly string[] }>> = {
  'a port': { act: () => services.port!.get(context, idOf(port)), by: ['PRIMARY'] },
  'a port for its project': {
    act: () => services.port!.get({ ...context, isAdmin: false, projectId: 'project19' }, idOf(port)),
    by: ['PRIMARY'],
  },
  'a network': { act: () => services.network!.get(context, idOf(network)), by: [] },
  'ports of a machine': {
    act: () => portList({ device_id: ['machine3-7'] }),
    by: ['ix_ports_device_id'],
  },
  'ports of a project': {
    act: () => portList({ tenant_id: ['project3'] }),
    by: ['ix_ports_project_id'],
  },
  'ports of a network': {
    act: () => portList({ network_id: [idOf(network)] }),
    by: ['ix_ports_network_id'],
  },
  'all ports of a network, of fewer than may be read': {
    act: () => portList({ network_id: [idOf(network)] }, { limit: PORTS }),
    // Tables with nothing in them are joined first.
    by: ['ix_ports_network_id', 'PRIMARY'],
  },
  'ports of a group': {
    act: () => portList({ security_groups: port.security_groups as string[] }),
    by: ['PRIMARY'],
  },
  'ports with an address': {
    act: () => portList({ fixed_ips: [{ ip_address: ['10.3.0.77'] }] }),
    by: ['PRIMARY'],
  },
  'a first page': { act: () => portList({}, { limit: PAGE }), by: ['PRIMARY'] },
  'a page behind a marker': {
    act: () => portList({}, { limit: PAGE, marker: idOf(port) }),
    by: ['PRIMARY'],
  },
  'a new port': {
    act: () => created(services.port, { network_id: network.id, tenant_id: 'project19' }),
    by: ['PRIMARY'],
  },
  'devices as an agent asks about them': {
    act: () => client(server.transport, l2plugin).get_devices_details_list(adminContext(), asked()),
    by: ['PRIMARY'],
  },
  'filters of devices': {
    act: () =>
      client(server.transport, securityGroups).security_group_info_for_devices(adminContext(), asked()),
    by: ['PRIMARY'],
  },
  'a port renamed': {
    act: () => services.port!.update!(context, idOf(port), { name: 'other' }),
    by: ['PRIMARY'],
  },
};

for (const [what, { act, by }] of Object.entries(HOT)) {
  test(`${what}: no statement reads a large table from end to end`, async () => {
    const statements = await statementsOf(act);
    assert.notEqual(statements.length, 0);
    const used = new Set<string>();
    for (const statement of statements) {
      const { rows } = await sql<Step>`explain ${sql.raw(statement)}`.execute(db.kysely);
      for (const { table, type, key, rows: read } of rows) {
        if (table === null || !LARGE.includes(table)) continue;
        // A page from the beginning of an index ends where the page does.
        const isWhole = type === 'ALL' || (type === 'index' && Number(read) !== PAGE);
        assert.ok(!isWhole, `${table} is read by ${type}: ${statement}`);
        if (table === 'ports' && key !== null && !isOfTags(statement)) used.add(key);
      }
    }
    assert.deepEqual(
      [...used].filter((key) => !by.includes(key)),
      [],
    );
    assert.deepEqual(
      by.filter((key) => !used.has(key)),
      [],
    );
  });
}

test('a long list sorts nothing', async () => {
  const statements = await statementsOf(async () => {
    for await (const _ of services.port!.pages!(context, { filters: {}, sorts: byId }));
  });
  assert.notEqual(statements.length, 0);
  for (const statement of statements.filter((one) => !isOfTags(one))) {
    const { rows } = await sql<Step>`explain ${sql.raw(statement)}`.execute(db.kysely);
    assert.deepEqual(
      // The last piece has one port.
      rows.filter(({ Extra, rows: read }) => Extra?.includes('filesort') && read !== '1'),
      [],
      statement,
    );
  }
});

test('a list of a few columns of ports reads no other table', async () => {
  const statements = await statementsOf(() => portList({}, { fields: ['id', 'tenant_id', 'network_id'] }));
  assert.equal(statements.length, 1);
  assert.doesNotMatch(statements[0]!, / join | exists /);
});

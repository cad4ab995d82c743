import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { adminContext } from '../rpc/context.ts';
import { facts } from '../rpc/facts.ts';
import { client } from '../rpc/interface.ts';
import { type MariaDbServer, sqliteForTest, startMariaDb, type TestDatabase } from './db/testing.ts';
import { readFacts } from './facts.ts';
import { adminRequest } from './services/admin.ts';
import type { Item, RequestContext, ResourceService } from './services/service.ts';
import { reportedAgent, serverOn, type TestServer } from './testing.ts';

const admin: RequestContext = { ...adminRequest(), projectId: 'p1' };
const owned = { tenant_id: 'p1', project_id: 'p1', name: '', description: '', admin_state_up: true };
const make = async (service: ResourceService | undefined, item: Item): Promise<Item> =>
  (await service!.create!(admin, [{ ...owned, ...item }]))[0]!;
const unplugged = { device_id: '', device_owner: '' };

function factsOn(name: string, open: () => Promise<TestDatabase>): void {
  describe(`facts of a deployment on ${name}`, () => {
    let db: TestDatabase;
    let server: TestServer;
    before(async () => {
      db = await open();
      server = await serverOn(db);
    });
    after(async () => {
      await server.end();
      await db.close();
    });

    test('agents, networks, subnets, and the ports on physical networks', async () => {
      const { services } = server.api;
      const bridge = { interface_mappings: { public: 'eno1' }, tunneling_ip: '192.168.81.66', devices: 3 };
      await reportedAgent(db, 'Linux bridge agent', 'controller', bridge);
      await reportedAgent(db, 'DHCP agent', 'controller', { networks: 1 });
      const office = await make(services.network, {
        name: 'public',
        'router:external': true,
        'provider:network_type': 'flat',
        'provider:physical_network': 'public',
      });
      const pool = { start: '192.168.81.100', end: '192.168.81.200' };
      const subnet = await make(services.subnet, {
        network_id: office.id,
        name: 'public',
        cidr: '192.168.81.0/24',
        ip_version: 4,
        enable_dhcp: false,
        gateway_ip: '192.168.81.254',
        allocation_pools: [pool],
      });
      const port = await make(services.port, { network_id: office.id, ...unplugged });
      const inside = await make(services.network, { name: 'private' });
      await make(services.port, { network_id: inside.id, ...unplugged });

      const found = await readFacts(db, server.context.config);
      assert.equal(found.tunnel_bytes, 1500);
      assert.equal((await readFacts(db)).tunnel_bytes, null);
      assert.ok(Math.abs(Date.parse(found.time) - Date.now()) < 5000);
      assert.deepEqual(
        found.agents.toSorted((a, b) => a.agent_type.localeCompare(b.agent_type)),
        [
          { agent_type: 'DHCP agent', host: 'controller', tunneling_ip: null, interface_mappings: {} },
          {
            agent_type: 'Linux bridge agent',
            host: 'controller',
            tunneling_ip: '192.168.81.66',
            interface_mappings: { public: 'eno1' },
          },
        ],
      );
      assert.deepEqual(
        found.networks.find(({ id }) => id === office.id),
        {
          id: office.id,
          name: 'public',
          mtu: 1500,
          external: true,
          segments: [{ network_type: 'flat', physical_network: 'public', segmentation_id: null }],
        },
      );
      assert.equal(found.networks.find(({ id }) => id === inside.id)?.segments[0]?.network_type, 'vxlan');
      assert.deepEqual(found.subnets, [
        {
          id: subnet.id,
          name: 'public',
          network_id: office.id,
          ip_version: 4,
          cidr: '192.168.81.0/24',
          gateway_ip: '192.168.81.254',
          enable_dhcp: false,
          allocation_pools: [pool],
        },
      ]);
      assert.deepEqual(found.ports, [
        {
          id: port.id,
          network_id: office.id,
          mac_address: port.mac_address,
          device_owner: '',
          addresses: (port.fixed_ips as { ip_address: string }[]).map(({ ip_address }) => ip_address),
        },
      ]);
      const asked = await client(server.transport, facts).get_facts(adminContext(), {});
      assert.deepEqual({ ...asked, time: '' }, { ...found, time: '' });
    });
  });
}

factsOn('SQLite', sqliteForTest);

describe('MariaDB', () => {
  let mariadb: MariaDbServer;
  before(async () => {
    mariadb = await startMariaDb();
  });
  after(() => mariadb.stop());
  factsOn('MariaDB', () => mariadb.database());
});

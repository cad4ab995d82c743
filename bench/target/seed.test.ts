import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import mysql, { type Connection } from 'mysql2/promise';
import { type MariaDbServer, startMariaDb, type TestDatabase } from '../../src/server/db/testing.ts';
import { violations } from '../../tests/concurrency/invariants.ts';
import { seededHost, seededId, seedPorts } from './seed.ts';

let server: MariaDbServer;
let db: TestDatabase;
let connection: Connection;

before(async () => {
  server = await startMariaDb();
  db = await server.database();
  const { port, pathname } = new URL(db.url);
  connection = await mysql.createConnection({
    host: '127.0.0.1',
    port: Number(port),
    user: 'neutron',
    password: 'neutron',
    database: pathname.slice(1),
  });
});
after(async () => {
  await connection?.end();
  await db?.close();
  await server?.stop();
});

const count = async (table: string) => {
  const [rows] = await connection.query(`select count(*) n from ${table}`);
  return (rows as { n: number }[])[0]!.n;
};

test('the database holds as many ports as told, and nothing that contradicts itself; none leaves it as it was', async () => {
  const tables = ['standardattributes', 'networks', 'ipamsubnets', 'ipamallocations', 'securitygrouprules'];
  const counts = () => Promise.all(tables.map(count));
  const first = await counts();
  for (const total of [100, 2500, 1000]) {
    await seedPorts(connection, total);
    assert.equal(await count('ports'), total);
    assert.equal(await count('networks'), Math.ceil(total / 1000));
    assert.deepEqual(await violations(db), []);
  }
  await seedPorts(connection, 0);
  assert.deepEqual(await counts(), first);
});

test('ids and hosts are those that rows ask for', async () => {
  await seedPorts(connection, 1001);
  const [ports] = await connection.query(
    'select p.network_id, b.host from ports p join ml2_port_bindings b on b.port_id = p.id where p.id = ?',
    [seededId('port', 1001)],
  );
  assert.deepEqual(ports, [{ network_id: seededId('network', 1), host: seededHost(1001) }]);
});

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { rabbitIsInstalled } from '../../src/messaging/rabbit/testing.ts';
import { tables } from '../../src/server/db/schema/index.ts';
import { sampleOf } from '../../src/testing/sample.ts';
import { type Cluster, programs, startCluster } from '../concurrency/cluster.ts';
import { violations } from '../concurrency/invariants.ts';
import { journeys } from './twoServers/journeys.ts';
import { ask, ours, play, python, type Server } from './twoServers/player.ts';

/** Our server and Python's 21.0 side by side on one MariaDB and one RabbitMQ: who asks either cannot tell them apart. */

const missing = [
  ...(existsSync(programs.python) ? [] : ['neutron-server']),
  ...(rabbitIsInstalled ? [] : ['rabbitmq-server']),
];

/** How many rows each of Neutron's tables has; quotausages is what Python remembers of its last count. */
async function rowCounts({ db: { kysely } }: Cluster): Promise<Record<string, number>> {
  const counts = await Promise.all(
    Object.keys(tables).map(async (table) => {
      const { rows } = await sql<{ n: number }>`select count(*) n from ${sql.table(table)}`.execute(kysely);
      return [table, Number(rows[0]!.n)] as const;
    }),
  );
  return Object.fromEntries(counts.filter(([table]) => !table.startsWith('nts_') && table !== 'quotausages'));
}

describe('our server and Python’s on one database and one broker', {
  skip: missing.length === 0 ? false : `Debian’s ${missing.join(' and ')} is not installed`,
}, () => {
  let cluster: Cluster;
  let a: Server;
  let b: Server;

  before(async () => {
    cluster = await startCluster(['ours', 'python']);
    a = ours(cluster.urls[0]!);
    b = python(cluster.urls[1]!);
    // What a project gets once, and keeps.
    for (const tenant_id of ['p1', 'fake_project_id']) {
      const { text } = await ask(a, 'POST', 'networks', { network: { tenant_id } });
      await ask(b, 'DELETE', `networks/${JSON.parse(text).network.id}`);
    }
    await ask(a, 'GET', 'security-groups');
  });
  after(() => cluster?.close());

  const { cases, left } = sampleOf(Object.entries(journeys), 2);
  for (const [name, steps] of cases) {
    test(`${name}: what one makes the other reads, changes and deletes, with the same revisions`, async (t) => {
      if (left) t.diagnostic(left);
      const rows = await rowCounts(cluster);
      const watching = { first: a, second: b };
      const [first, second] = [
        await play(cluster.db, steps, (index) => (index % 2 ? b : a), watching),
        await play(cluster.db, steps, (index) => (index % 2 ? a : b), watching),
      ];
      assert.deepEqual([...first.wrong, ...second.wrong], []);
      for (const [index, lines] of first.transcript.entries()) {
        assert.deepEqual(
          second.transcript[index],
          lines,
          `step ${index}, actual by ${index % 2 ? 'ours' : 'Python'}`,
        );
      }
      assert.deepEqual(await rowCounts(cluster), rows);
      assert.deepEqual(await violations(cluster.db), []);
    });
  }

  test('ports made at both at once have addresses and MACs of their own, and none is lost', async () => {
    const { text } = await ask(a, 'POST', 'networks', { network: { tenant_id: 'p1', name: 'storm' } });
    const network_id = JSON.parse(text).network.id;
    const subnet = { tenant_id: 'p1', network_id, ip_version: 4, cidr: '10.90.0.0/24', enable_dhcp: false };
    await ask(b, 'POST', 'subnets', { subnet });
    const size = 60;
    const left = Array.from({ length: size }, (_, index) => index);
    const statuses: number[] = [];
    const worker = async () => {
      for (let index = left.pop(); index !== undefined; index = left.pop()) {
        const body = { port: { tenant_id: 'p1', network_id, name: `p${index}` } };
        statuses.push((await ask(index % 2 ? a : b, 'POST', 'ports', body)).status);
      }
    };
    await Promise.all(Array.from({ length: 6 }, worker));
    assert.deepEqual(
      statuses.filter((status) => status !== 201),
      [],
    );
    const { ports } = JSON.parse((await ask(b, 'GET', `ports?network_id=${network_id}`)).text);
    assert.equal(ports.length, size);
    const addresses = ports.map(
      ({ fixed_ips }: { fixed_ips: { ip_address: string }[] }) => fixed_ips[0]!.ip_address,
    );
    assert.equal(new Set(addresses).size, size);
    assert.deepEqual(await violations(cluster.db), []);
    await Promise.all(
      ports.map(({ id }: { id: string }, index: number) => ask(index % 2 ? b : a, 'DELETE', `ports/${id}`)),
    );
    assert.equal((await ask(b, 'DELETE', `networks/${network_id}`)).status, 204);
    assert.deepEqual(await violations(cluster.db), []);
  });
});

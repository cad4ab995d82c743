import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { rabbitIsInstalled } from '../../src/messaging/rabbit/testing.ts';
import { quotaResourceNames, tablesOf } from '../../src/server/services/quotas/resources.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { violations } from './invariants.ts';
import { clear, type Storm, served, storm } from './storm.ts';

/** STORM_REQUESTS and STORM_SEED make a longer storm, or repeat one as far as four processes can be repeated. */
const requests = Number(process.env.STORM_REQUESTS ?? 2000);
const seed = Number(process.env.STORM_SEED ?? Math.floor(Math.random() * 1e6));

const projects = ['project-one', 'project-two', 'project-three'];
const limits = {
  network: 20,
  subnet: 24,
  port: 60,
  router: 10,
  floatingip: 10,
  security_group: 10,
  security_group_rule: 40,
};

describe('four servers on one database, everything at once', {
  skip: rabbitIsInstalled ? false : 'rabbitmq-server is not installed',
}, () => {
  let cluster: Cluster;
  let aliases: ReadonlySet<string>;
  let result: Storm;

  before(async () => {
    cluster = await startCluster(['ours', 'ours', 'ours', 'ours']);
    const answer = await fetch(`${cluster.urls[0]}/v2.0/extensions`);
    const { extensions } = (await answer.json()) as { extensions: { alias: string }[] };
    aliases = new Set(extensions.map(({ alias }) => alias));
    for (const project of projects) {
      await fetch(`${cluster.urls[0]}/v2.0/quotas/${project}`, {
        method: 'PUT',
        body: JSON.stringify({ quota: limits }),
      });
    }
  });
  after(() => cluster?.close());

  test('every request is answered, none with a fault of the server', async (t) => {
    t.diagnostic(`STORM_SEED=${seed} STORM_REQUESTS=${requests}`);
    result = await storm({ urls: cluster.urls, projects, seed, requests, workers: 24, aliases });
    for (const [what, statuses] of [...result.tally].sort()) {
      t.diagnostic(`${what}: ${[...statuses].map(([status, times]) => `${status} × ${times}`).join(', ')}`);
    }
    const errors = await cluster.errors();
    assert.deepEqual(result.wrong, [], errors.join('\n'));
    assert.deepEqual(errors, []);
  });

  // Which of them were removed meanwhile is up to chance; that all can be, the last test asserts.
  test('resources of every kind were made', () => {
    const happened = (what: string, status: number) => result.tally.get(what)?.get(status) ?? 0;
    const idle = served(aliases)
      .filter(({ path }) => happened(`POST ${path}`, 201) === 0)
      .map(({ path }) => path);
    assert.deepEqual(idle, []);
  });

  test('no address, MAC or VNI is given twice, and no row is orphaned', async () => {
    assert.deepEqual(await violations(cluster.db), []);
  });

  test('no project has more than its quota', async () => {
    for (const name of quotaResourceNames) {
      const limit = (limits as Readonly<Record<string, number>>)[name];
      if (limit === undefined) continue;
      for (const table of tablesOf(name)) {
        const { rows } = await sql<{ project_id: string; used: number }>`
          select project_id, count(*) as used from ${sql.table(table)}
          where project_id in (${sql.join(projects)}) group by project_id`.execute(cluster.db.kysely);
        for (const { project_id, used } of rows) {
          assert.ok(Number(used) <= limit, `${project_id} has ${used} of ${name}, and may have ${limit}`);
        }
      }
    }
  });

  test('everything can be removed again, and leaves nothing', async () => {
    const refusals = await clear(cluster.urls, aliases);
    assert.deepEqual(refusals, [], (await cluster.errors()).join('\n'));
    assert.deepEqual(await violations(cluster.db), []);
  });
});

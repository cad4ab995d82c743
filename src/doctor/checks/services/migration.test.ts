import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import type { AgentFacts } from '../../../rpc/facts.ts';
import { type MariaDbServer, sqliteForTest, startMariaDb } from '../../../server/db/testing.ts';
import { withoutCounterpart, withoutEffect } from './migration.ts';

const agent = (agent_type: string, host: string): AgentFacts => ({
  agent_type,
  host,
  tunneling_ip: null,
  interface_mappings: {},
});

const common = ['Linux bridge agent', 'L3 agent', 'DHCP agent', 'Metadata agent'].map((type) =>
  agent(type, 'controller'),
);

test('a cloud on Linux bridges has agents of known kinds only', () => {
  assert.deepEqual(withoutCounterpart(common), []);
});

test('agents that only Python Neutron has are named, once for each kind', () => {
  const found = withoutCounterpart([
    ...common,
    agent('Open vSwitch agent', 'compute2'),
    agent('Open vSwitch agent', 'compute1'),
    agent('Metering agent', 'controller'),
  ]);
  assert.deepEqual(
    found.map(({ code, text }) => [code, text]),
    [
      ['agent_without_counterpart', 'compute1, compute2: Open vSwitch agent, which neutron-ts does not have'],
      ['agent_without_counterpart', 'controller: Metering agent, which neutron-ts does not have'],
    ],
  );
});

describe('what the database holds and nothing here serves', () => {
  let server: MariaDbServer;
  before(async () => {
    server = await startMariaDb();
  });
  after(() => server.stop());

  for (const [kind, open] of [
    ['MariaDB', () => server.database()],
    ['SQLite', () => sqliteForTest()],
  ] as const) {
    test(`${kind}: nothing is told of a database without such objects, each kind of one with them`, async () => {
      const db = await open();
      const write = (statement: string) => sql.raw(statement).execute(db.kysely);
      try {
        assert.deepEqual(await withoutEffect(db), []);
        for (const name of ['a', 'b'])
          await write(`insert into meteringlabels (id, name, description, project_id, shared)
            values ('label-${name}', '${name}', '', 'p', ${name === 'a' ? 1 : 0})`);
        await write(
          "insert into standardattributes (id, resource_type, revision_number) values (1, 'routers', 0)",
        );
        await write("insert into routers (id, name, standard_attr_id) values ('r1', '', 1)");
        await write("insert into router_extra_attributes (router_id, distributed) values ('r1', 1)");
        assert.deepEqual(
          (await withoutEffect(db)).map(({ text }) => text),
          [
            'the database holds 2 metering labels (a, b): nothing counts their traffic',
            'the database holds 1 distributed routers (r1): no agent hosts them',
          ],
        );
      } finally {
        await db.close();
      }
    });
  }
});

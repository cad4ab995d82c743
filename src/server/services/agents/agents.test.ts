import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { silentLog } from '../../../log/silent.ts';
import { inProcess } from '../../../messaging/inProcess.ts';
import type { AgentState } from '../../../rpc/reports.ts';
import { recordingLog } from '../../../testing/recordingLog.ts';
import type { ServerContext } from '../../context.ts';
import {
  type MariaDbServer,
  sqliteForTest,
  startMariaDb,
  statementsDuring,
  type TestDatabase,
} from '../../db/testing.ts';
import { agentSettings, rememberingOutbox, reportedAgent } from '../../testing.ts';
import { adminRequest } from '../admin.ts';
import { noHooks } from '../hooks.ts';
import { databaseTime } from '../standardAttributes.ts';
import { createAgentService } from './agents.ts';
import { clocksOf } from './clocks.ts';
import { createReports } from './reports.ts';

const state: AgentState = {
  agent_type: 'L3 agent',
  binary: 'neutron-l3-agent',
  host: 'controller',
  topic: 'l3_agent',
  availability_zone: 'nova',
  configurations: { routers: 1 },
};
const now = () => new Date().toISOString().slice(0, -1);

describe('agents', () => {
  let db: TestDatabase;
  before(async () => {
    db = await sqliteForTest();
  });
  after(() => db.close());

  const reports = () => createReports(db, silentLog, agentSettings);
  function service() {
    const outbox = rememberingOutbox();
    const server = { db, outbox, hooks: noHooks(), log: silentLog, transport: inProcess() };
    return { outbox, agents: createAgentService(server as unknown as ServerContext, 75) };
  }
  const context = adminRequest();
  const all = { filters: {}, sorts: [] };

  test('a report is new, then alive, and revived after a silence', async () => {
    assert.equal(await reports().store({ ...state, start_flag: true }, now()), 'new');
    assert.equal(await reports().store(state, now()), 'alive');
    const old = databaseTime(new Date(Date.now() - 76_000));
    await db.kysely.updateTable('agents').set({ heartbeat_timestamp: old }).execute();
    const { agents } = service();
    assert.deepEqual(
      (await agents.list(context, all)).map(({ alive }) => alive),
      [false],
    );
    assert.equal(await reports().store(state, now()), 'revived');
    assert.deepEqual(
      (await agents.list(context, all)).map(({ alive }) => alive),
      [true],
    );
  });

  test('a wrong clock of the agent does not kill it, but is told', async () => {
    const log = recordingLog();
    const late = new Date(Date.now() - 3_600_000).toISOString().slice(0, -1);
    await createReports(db, log, agentSettings).store({ ...state, start_flag: true }, late);
    assert.match(
      log.lines('warning')[0] ?? '',
      /clock of L3 agent on host controller is 3600\.\d s behind the server's/,
    );
    const [agent] = await service().agents.list(context, all);
    assert.equal(agent?.alive, true);
    // One report may have been held up; the second tells, and a right one ends it.
    assert.equal((await clocksOf(db.kysely)).size, 0);
    await reports().store(state, late);
    assert.deepEqual([...(await clocksOf(db.kysely)).values()], [-3600]);
    await reports().store(state, now());
    assert.equal((await clocksOf(db.kysely)).size, 0);
  });

  test('a report that waited for the server to begin tells nothing of a clock', async () => {
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString().slice(0, -1);
    const warnings = async (begun: number, sent: string) => {
      const log = recordingLog();
      await createReports(db, log, agentSettings, begun).store({ ...state, start_flag: true }, sent);
      return log.lines('warning').length;
    };
    assert.equal(await warnings(Date.now(), ago(3)), 0);
    assert.equal(await warnings(Date.now() - 5000, ago(3)), 1);
    assert.equal(await warnings(Date.now(), ago(30)), 1);
  });

  test('an item has the keys of the API in order', async () => {
    const [agent] = await service().agents.list(context, all);
    assert.deepEqual(Object.keys(agent!), [
      'id',
      'agent_type',
      'binary',
      'topic',
      'host',
      'admin_state_up',
      'created_at',
      'started_at',
      'heartbeat_timestamp',
      'description',
      'resources_synced',
      'availability_zone',
      'alive',
      'configurations',
    ]);
    assert.deepEqual(agent!.configurations, { routers: 1 });
  });

  test('filters by alive and by type', async () => {
    const { agents } = service();
    const count = async (filters: Record<string, unknown[]>) =>
      (await agents.list(context, { ...all, filters })).length;
    assert.equal(await count({ alive: [true] }), 1);
    assert.equal(await count({ alive: [false] }), 0);
    assert.equal(await count({ agent_type: ['DHCP agent'] }), 0);
  });

  test('taking an agent out of service tells it', async () => {
    const { agents, outbox } = service();
    const [{ id } = {}] = await agents.list(context, all);
    const changed = await agents.update!(context, id as string, { admin_state_up: false, description: 'd' });
    assert.equal(changed.admin_state_up, false);
    assert.equal(changed.description, 'd');
    assert.deepEqual(
      outbox.messages.map(({ target, method, args }) => [target.topic, target.server, method, args]),
      [['l3_agent', 'controller', 'agent_updated', { payload: { admin_state_up: false } }]],
    );
  });

  test('what is not there is not found', async () => {
    const { agents } = service();
    const missing = { type: 'AgentNotFound', status: 404, message: 'Agent nope could not be found.' };
    await assert.rejects(agents.get(context, 'nope'), missing);
    await assert.rejects(agents.update!(context, 'nope', {}), missing);
    await assert.rejects(agents.delete!(context, 'nope'), missing);
  });

  test('a deleted agent comes back with its next report', async () => {
    const { agents } = service();
    const [{ id } = {}] = await agents.list(context, all);
    await agents.delete!(context, id as string);
    assert.deepEqual(await agents.list(context, all), []);
    assert.equal(await reports().store(state, now()), 'new');
  });
});

describe('agents on MariaDB', () => {
  let server: MariaDbServer;
  let db: TestDatabase;
  before(async () => {
    server = await startMariaDb();
    db = await server.database();
  });
  after(async () => {
    await db.close();
    await server.stop();
  });

  test('first reports of one agent at the same moment make one row', async () => {
    const reports = createReports(db, silentLog, agentSettings);
    const answers = await Promise.all(Array.from({ length: 8 }, () => reports.store(state, now())));
    const rows = await db.kysely.selectFrom('agents').selectAll().execute();
    assert.equal(rows.length, 1);
    assert.equal(answers.filter((answer) => answer === 'new').length, 1);
  });

  test('reports of many agents do not get into each other', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => reportedAgent(db, 'Linux bridge agent', `host${n}`)),
    );
    const rows = await db.kysely.selectFrom('agents').selectAll().execute();
    assert.equal(rows.length, 21);
  });

  test('reports that come at once are written at once, each with its own answer and for its own agent', async () => {
    const reports = createReports(db, silentLog, agentSettings);
    const old = databaseTime(new Date(Date.now() - 76_000));
    await db.kysely
      .updateTable('agents')
      .set({ heartbeat_timestamp: old })
      .where('host', '=', 'host3')
      .execute();
    const report = (n: number) => {
      const configurations = { devices: n };
      return reports.store(
        { ...state, agent_type: 'Linux bridge agent', host: `host${n}`, configurations },
        now(),
      );
    };
    const answers: string[] = [];
    const statements = await statementsDuring(db, async () => {
      answers.push(...(await Promise.all(Array.from({ length: 20 }, (_, n) => report(n)))));
    });
    assert.deepEqual(
      answers,
      answers.map((_, n) => (n === 3 ? 'revived' : 'alive')),
    );
    // The first goes alone; what came meanwhile takes a question and a commit.
    assert.equal(statements.length, 3);
    const rows = await db.kysely
      .selectFrom('agents')
      .select(['host', 'configurations'])
      .where('agent_type', '=', 'Linux bridge agent')
      .execute();
    assert.equal(rows.length, 20);
    for (const { host, configurations } of rows) {
      assert.equal(configurations, `{"devices": ${host.slice('host'.length)}}`);
    }
  });
});

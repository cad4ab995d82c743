import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bus, inProcess } from '../../messaging/inProcess.ts';
import { adminContext } from '../../rpc/context.ts';
import { diagnosis } from '../../rpc/diagnosis.ts';
import { client } from '../../rpc/interface.ts';
import { recordingLog } from '../../testing/recordingLog.ts';
import { createReconciler, one } from './reconciler.ts';
import { appliedUnless, knowSelf } from './self.ts';

/** An agent of routers on a bus, whose work a test does, and what asks it. */
async function setUp(work: (id: string) => Promise<void>) {
  const loop = createReconciler({
    log: recordingLog(),
    itemName: 'router',
    backoff: { firstSeconds: 3600, maxSeconds: 3600 },
    listAll: async () => ['a'],
    work: one(work),
  });
  const knowledge = {
    loops: [loop],
    applied: async (id: string) => appliedUnless(await loop.bring(id)),
    look: async () => ({ complete: true, compared: { router: 1 }, drift: [] }),
    findings: async () => [],
  };
  const self = knowSelf(knowledge, { log: recordingLog(), host: 'here', compareSeconds: 3600 });
  const bus = new Bus();
  const agent = inProcess(bus);
  await agent.listen(diagnosis('L3 agent').topic, 'here', [self.answers]);
  const ask = client(inProcess(bus), diagnosis('L3 agent'));
  const applied = (item: string) => ask.applied(adminContext(), { item }, { server: 'here' });
  const status = () => ask.status(adminContext(), {}, { server: 'here' });
  const compare = (heal: boolean) => ask.compare(adminContext(), { heal }, { server: 'here' });
  return { loop, self, agent, applied, status, compare };
}

test('before its first full resync an agent says nothing is applied, and why', async () => {
  const { loop, applied } = await setUp(async () => {});
  assert.deepEqual(await applied('a'), { applied: false, waitingFor: 'the agent has just started' });
  loop.markAll('start');
  await loop.idle();
  assert.deepEqual(await applied('a'), { applied: true });
});

test('an item that fails is not applied, and both answers tell the error', async () => {
  const { loop, applied, status } = await setUp(async () => {
    throw new Error('no such bridge');
  });
  loop.markAll('start');
  while (!loop.synced) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(await applied('a'), { applied: false, waitingFor: 'no such bridge' });
  const { waiting, failing, resync } = await status();
  assert.deepEqual(
    { waiting, failing, resync },
    { waiting: 1, failing: [{ item: 'a', error: 'no such bridge', failures: 2 }], resync: null },
  );
  await loop.stop();
});

test('an agent that ends answers who waits', async () => {
  let held = false;
  const { loop, self, agent, applied } = await setUp(async () => {
    if (loop.synced) await new Promise(() => (held = true));
  });
  loop.markAll('start');
  await loop.idle();
  const asked = applied('a');
  while (!held) await new Promise((resolve) => setImmediate(resolve));
  self.close();
  assert.deepEqual(await asked, { applied: false, waitingFor: 'the agent ends' });
  await agent.close();
});

test('nothing is compared before the first full resync: what is missing then would be no drift', async () => {
  const { loop, self, compare } = await setUp(async () => {});
  await assert.rejects(compare(true), /has not done its first full resync yet/);
  loop.markAll('start');
  await loop.idle();
  assert.deepEqual((await compare(true)).compared, { router: 1 });
  self.close();
});

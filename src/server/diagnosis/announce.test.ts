import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentDead } from '../../health/catalogue/binding.ts';
import type { Finding } from '../../health/finding.ts';
import { recordingLog } from '../../testing/recordingLog.ts';
import { announceProblems } from './announce.ts';

test('a problem is written once when it comes, whatever its words become, and once when it is gone', async () => {
  const dead = (heard: string) =>
    agentDead.found(
      { agentType: 'L3 agent', host: 'controller', binary: 'neutron-l3-agent', heard },
      { host: 'controller', subject: { resource: 'agent', id: 'a' } },
    );
  let found: Finding[] = [];
  const log = recordingLog();
  const task = announceProblems(async () => found, log);
  await task.run();
  for (const heard of ['80 s ago', '110 s ago', '2 min ago']) {
    found = [dead(heard)];
    await task.run();
  }
  found = [];
  await task.run();
  await task.run();
  assert.equal(log.lines('error').length, 1);
  assert.match(
    log.lines('error')[0]!,
    /no live L3 agent on controller: last heard 80 s ago\..*\[agent_dead\]$/,
  );
  assert.deepEqual(log.lines('info'), [
    'No more: no live L3 agent on controller: last heard 2 min ago [agent_dead]',
  ]);
});

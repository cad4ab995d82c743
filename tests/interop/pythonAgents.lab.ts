import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { withLab } from '../faults/support/withLab.ts';
import { pythonAgents } from './exercised/pythonAgents.ts';
import { calls, pushes } from './pythonAgents/calls.ts';
import { ourServer, twins } from './pythonAgents/deployment.ts';
import { dhcp, dhcpMoves } from './pythonAgents/dhcp.ts';
import { crossed } from './pythonAgents/exercised.ts';
import { ha } from './pythonAgents/ha.ts';
import { l2 } from './pythonAgents/l2.ts';
import { l3 } from './pythonAgents/l3.ts';
import { errors } from './pythonAgents/logs.ts';
import { outOfService } from './pythonAgents/outOfService.ts';
import { qos } from './pythonAgents/qos.ts';
import { reports } from './pythonAgents/reports.ts';
import { restarts } from './pythonAgents/restarts.ts';
import { type Stage, stageOf } from './pythonAgents/stage.ts';

const missing = ['linuxbridge', 'dhcp', 'l3', 'metadata']
  .map((kind) => `neutron-${kind}-agent`)
  .filter((name) => !existsSync(`/usr/bin/${name}`));

type Step = readonly [what: string, work: (stage: Stage) => Promise<void>];

/** Steps that do not touch each other's networks and agents. */
const together: readonly Step[] = [
  ['Linux bridge agents: wiring, filters, forwarding', l2],
  ['Linux bridge agents: limits and marks of a policy', qos],
  ['DHCP agents: networks, subnets, ports', dhcp],
  ['a network that was moved to another DHCP agent, then deleted, leaves no namespace', dhcpMoves],
  ['L3 and metadata agents: routers, floating IPs, metadata', l3],
  ['L3 agents: a highly available router', ha],
];

const scripted: readonly Step[] = [
  ['calls and failures, by the classes that Python’s agents ask with', calls],
  ['versioned objects that are pushed', pushes],
];

test('our server serves Python’s agents', {
  skip: missing.length > 0 ? `not installed: ${missing.join(', ')}` : false,
  concurrency: 3,
}, async (t) => {
  await withLab(
    'python-agents',
    ourServer,
    async (lab) => {
      const stage = await stageOf(lab);
      const step = ([what, work]: Step) => t.test(what, () => work(stage));
      await step(['agents report, and ask for all they have', reports]);
      await Promise.all(together.map(step));
      await step(['agents that are taken out of service', outOfService]);
      const from = stage.mark();
      for (const one of scripted) await step(one);
      const to = stage.mark();
      await t.test('no agent logs an error', () => assert.deepEqual(errors(stage), []));
      await step(['server, broker and agents start again', restarts]);
      await t.test('agents log no other error than that nobody answered', () =>
        assert.deepEqual(errors(stage, true), []),
      );
      await t.test('methods that crossed the wire are those of the list', () =>
        assert.deepEqual(crossed(lab, { from, to }), pythonAgents),
      );
    },
    twins,
  );
});

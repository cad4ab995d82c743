import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf } from '../../config/load.ts';
import { Bus, inProcess } from '../../messaging/inProcess.ts';
import type { Transport, TransportEvent } from '../../messaging/transport.ts';
import { adminContext } from '../../rpc/context.ts';
import { endpoint } from '../../rpc/interface.ts';
import { type AgentStatus, type ReportStateArgs, reports } from '../../rpc/reports.ts';
import { recordingLog } from '../../testing/recordingLog.ts';
import { until } from '../../testing/until.ts';
import { type AgentParts, startAgent } from './agent.ts';

const facts = { binary: 'neutron-x-agent', agentType: 'X agent', topic: 'N/A' } as const;

/** An agent on a bus with a server that answers its reports. The interval is also how long a report may take. */
async function setUp(parts: Partial<AgentParts> = {}, answers: AgentStatus[] = []) {
  const bus = new Bus();
  const server = inProcess(bus);
  const seen: ReportStateArgs[] = [];
  const happened: string[] = [];
  const serve = () =>
    server.listen('q-reports-plugin', 'server', [
      endpoint(reports, {
        async report_state(_context, args) {
          seen.push(args);
          happened.push('report');
          return answers.shift() ?? 'alive';
        },
      }),
    ]);
  const log = recordingLog();
  const handlers = new Map<TransportEvent, () => void>();
  const inner = inProcess(bus);
  const transport: Transport = {
    ...inner,
    listen(...args) {
      happened.push('listen');
      return inner.listen(...args);
    },
    on: (event, handler) => void handlers.set(event, handler),
  };
  const runtime = { config: configOf(''), log, transport, host: 'h', newContext: () => adminContext() };
  const start = (intervalSeconds = 0.02) =>
    startAgent(
      runtime,
      {
        facts,
        listens: [{ topic: 'x_agent', endpoints: [] }],
        configurations: () => ({ devices: 3 }),
        resync: (reason) => void happened.push(`resync: ${reason}`),
        ...parts,
      },
      { intervalSeconds, logged: false },
    );
  return {
    start,
    serve,
    seen,
    happened,
    log,
    transport,
    emit: (event: TransportEvent) => handlers.get(event)?.(),
  };
}

test('an agent listens, reports and then synchronises', async () => {
  const { start, serve, seen, happened } = await setUp();
  await serve();
  const agent = await start(0.5);
  await until('two reports', () => seen.length > 1);
  await agent.stop();
  // On a loaded machine the next report may come before the answer to the first is worked on.
  assert.deepEqual([...new Set(happened)], ['listen', 'report', 'resync: start']);
  const [first, second] = seen.map(({ agent_state }) => agent_state.agent_state);
  assert.equal(first?.start_flag, true);
  assert.equal(second?.start_flag, undefined);
  assert.notEqual(first?.uuid, second?.uuid);
  assert.match(seen[0]?.time ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
  const { uuid: _uuid, ...rest } = second!;
  assert.deepEqual(rest, {
    binary: 'neutron-x-agent',
    host: 'h',
    topic: 'N/A',
    configurations: { devices: 3 },
    agent_type: 'X agent',
  });
});

test('an agent that the server had given up synchronises anew', async () => {
  const { start, serve, happened } = await setUp({}, ['new', 'revived', 'alive']);
  await serve();
  const agent = await start(0.5);
  await until('two resyncs', () => happened.filter((what) => what.startsWith('resync')).length === 2);
  await agent.stop();
  assert.ok(happened.includes('resync: the server had counted this agent as dead'));
});

test('a server that is missing at first is told of once, and its return as well', async () => {
  const { start, serve, seen, happened, log } = await setUp();
  const agent = await start();
  await until('a debug line', () => log.lines('debug').length > 1);
  assert.deepEqual(
    happened.filter((what) => what.startsWith('resync')),
    [],
  );
  await serve();
  await until('a third report', () => seen.length > 2);
  await agent.stop();
  assert.equal(log.lines('error').length, 1);
  assert.match(
    log.lines('error')[0]!,
    /^Cannot report state to the server: .*; trying again until it works$/,
  );
  assert.equal(
    log.lines('info').filter((line) => line.includes('can report state to the server again')).length,
    1,
  );
  assert.equal(seen[0]?.agent_state.agent_state.start_flag, true);
});

test('a transport that was lost brings a resync when it is back', async () => {
  const { start, serve, happened, log, emit } = await setUp();
  await serve();
  const agent = await start();
  emit('connected');
  emit('disconnected');
  emit('disconnected');
  emit('connected');
  await agent.stop();
  assert.equal(happened.filter((what) => what.includes('transport was away')).length, 1);
  assert.equal(log.lines('error').length, 1);
});

test('work that waits for an answer does not hold up the end', async () => {
  const waiting: Promise<unknown>[] = [];
  const { start, serve, transport } = await setUp({
    stop: async () => void (await Promise.allSettled(waiting)),
  });
  await serve();
  const agent = await start();
  const call = transport.call({ topic: 'nobody', version: '1.0' }, 'm', {}, adminContext());
  waiting.push(assert.rejects(call, /closed/));
  await agent.stop();
});

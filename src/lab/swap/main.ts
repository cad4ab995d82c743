import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { buildCloud } from '../cloud.ts';
import { forgetCredentials } from '../credentials.ts';
import { type Daemon, startAgain, stop } from '../daemons.ts';
import { waitFor } from '../deployments/processes.ts';
import { python, shared } from '../deployments/python.ts';
import { bringUp, type Lab, takeDown } from '../lab.ts';
import { settledDataPlane } from '../settled.ts';
import { differences } from '../snapshot.ts';
import { guide } from '../topologies/guide.ts';
import { changeResources } from './changes.ts';
import { clientOf } from './clients.ts';
import { type Implementation, road, type Step } from './road.ts';
import { type Row, rowLines } from './timeline.ts';
import { watchTraffic } from './watch.ts';

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});

const LAB = `swap-${randomUUID().slice(0, 8)}`;
const AGENTS = 5;
const out = values.json ? process.stderr : process.stdout;
const show = (line: string) => void out.write(`${line}\n`);

/** Waits until the server knows an agent that started after a moment, and counts it as alive. */
const reported = (lab: Lab, { host, name }: Daemon, since: Date) =>
  waitFor(
    `${name} on ${host} to report`,
    async () => {
      const words = ['agent-list', '--host', host, '--binary', name, '-f', 'json'];
      const [agent] = JSON.parse(await clientOf(lab, 'ours')(...words)) as { id: string; alive: string }[];
      if (!agent) throw new Error('the server does not know it');
      const shown = await clientOf(lab, 'ours')('agent-show', agent.id, '-f', 'json');
      const { started_at } = JSON.parse(shown) as { started_at: string };
      if (new Date(`${started_at.replace(' ', 'T')}Z`).getTime() < Math.floor(since.getTime() / 1000) * 1000)
        throw new Error(`it started at ${started_at}`);
    },
    90,
  );

/** Waits until every agent has reported: what is asked of a cloud before that, Python's agents pick up late. */
const allReported = (lab: Lab) =>
  waitFor(
    'the agents to report',
    async () => {
      const agents = JSON.parse(await clientOf(lab, 'ours')('agent-list', '-f', 'json')) as unknown[];
      if (agents.length < AGENTS) throw new Error(`${agents.length} of ${AGENTS} have`);
    },
    120,
  );

async function swap(lab: Lab, daemon: Daemon, to: Implementation): Promise<string> {
  const start = Date.now();
  await stop(lab, daemon);
  const stopped = Date.now();
  await startAgain(lab, daemon, to === 'ours' ? shared : python);
  if (daemon.name !== 'neutron-server') await reported(lab, daemon, new Date(stopped));
  return `stopped in ${((stopped - start) / 1000).toFixed(1)} s, back in ${((Date.now() - stopped) / 1000).toFixed(1)} s`;
}

const nameOf = (step: Step): string =>
  step.kind === 'swap'
    ? `${step.daemon.name} on ${step.daemon.host} → ${step.to}`
    : `resources made by the client that is ${step.creator}`;

async function walk(lab: Lab): Promise<{ rows: Row[]; ok: boolean }> {
  await allReported(lab);
  const cloud = await buildCloud(lab);
  show('the cloud runs under Python Neutron: two guests, a router, a floating IP');
  const rows: Row[] = [];
  const watch = await watchTraffic(lab, cloud);
  let before = await settledDataPlane(lab);
  for (const step of road) {
    const start = performance.now();
    const outcome = await (step.kind === 'swap'
      ? swap(lab, step.daemon, step.to)
      : changeResources(lab, step.round, step.creator, cloud.vm2.address)
    ).then(
      (evidence) => ({ result: 'pass', evidence }) as const,
      (error: Error) => ({ result: 'fail', evidence: error.message }) as const,
    );
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    const after = await settledDataPlane(lab);
    const row = {
      step: nameOf(step),
      ...outcome,
      seconds,
      lost: watch.lost(),
      touched: differences(before, after),
    };
    before = after;
    rows.push(row);
    for (const line of rowLines(row)) show(line);
  }
  const { pings, stream } = await watch.stop();
  for (const { what, sent, lost } of pings) show(`${what}: ${sent} sent, ${lost} lost`);
  show(`TCP stream: ${stream}`);
  const ok =
    rows.every(({ result }) => result === 'pass') &&
    pings.every(({ lost }) => lost === 0) &&
    stream.startsWith('echoed');
  if (values.json) process.stdout.write(`${JSON.stringify({ rows, pings, stream, ok }, null, 2)}\n`);
  return { rows, ok };
}

forgetCredentials();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void takeDown(LAB).then(() => process.exit(1)));
try {
  const lab = await bringUp(LAB, guide, python, show);
  const { rows, ok } = await walk(lab);
  show(`${rows.length} steps, ${ok ? 'nothing was lost' : 'NOT without loss'}`);
  process.exitCode = ok || !values.check ? 0 : 1;
} finally {
  await takeDown(LAB);
}

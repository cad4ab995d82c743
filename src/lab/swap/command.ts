import { randomUUID } from 'node:crypto';
import { buildCloud, type Cloud } from '../cloud.ts';
import { type Daemon, logOf, startAgain, stop } from '../daemons.ts';
import { isNeutron, python, shared } from '../deployments/python.ts';
import { bringUp, hostNamed, type Lab, takeDown } from '../lab.ts';
import { installPackages } from '../packages.ts';
import { differencesThatStay, settledDataPlane } from '../settled.ts';
import { differences, type Snapshot } from '../snapshot.ts';
import { guide } from '../topologies/guide.ts';
import { waitFor } from '../waitFor.ts';
import { changeResources } from './changes.ts';
import { clientOf } from './clients.ts';
import { type Flicker, type KernelWatch, watchKernels } from './events.ts';
import { type Implementation, road, type Step } from './road.ts';
import { faults, type Row, rowLines, type Traffic, totalLines } from './timeline.ts';
import { inPlainWords } from './touched.ts';
import { type Watch, watchTraffic } from './watch.ts';

export interface SwapOptions {
  /** Exit status 1 unless nothing was lost and every step passed. */
  readonly check: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
}

const agents = guide.hosts.flatMap((host) => python.plan(guide, host).processes).filter(isNeutron).length - 1;

/** Waits until the server knows an agent that started after a moment, and counts it as alive. */
const reported = (lab: Lab, { host, name }: Daemon, since: number) =>
  waitFor(
    `${name} on ${host} to report`,
    async () => {
      const words = ['agent-list', '--host', host, '--binary', name, '-f', 'json'];
      const [agent] = JSON.parse(await clientOf(lab, 'ours')(...words)) as { id: string }[];
      if (!agent) throw new Error('the server does not know it');
      const shown = await clientOf(lab, 'ours')('agent-show', agent.id, '-f', 'json');
      const { started_at } = JSON.parse(shown) as { started_at: string };
      if (new Date(`${started_at.replace(' ', 'T')}Z`).getTime() < Math.floor(since / 1000) * 1000)
        throw new Error(`it started at ${started_at}`);
    },
    120,
  );

/**
 * Waits until a DHCP agent has come to every network, after so much of its log. Python's ends each dnsmasq at its start and
 * starts it anew, later than its first report on a busy machine.
 */
const synchronized = (lab: Lab, daemon: Daemon, logLength: number) =>
  waitFor(
    `${daemon.name} on ${daemon.host} to come to every network`,
    async () => {
      const log = (await logOf(lab, daemon)).slice(logLength);
      if (!log.includes('Synchronizing state complete')) throw new Error('its log does not say so yet');
    },
    120,
  );

/** Waits until every agent has reported: what is asked of a cloud before that, Python's agents pick up late. */
const allReported = (lab: Lab) =>
  waitFor(
    'the agents to report',
    async () => {
      const known = JSON.parse(await clientOf(lab, 'ours')('agent-list', '-f', 'json')) as unknown[];
      if (known.length < agents) throw new Error(`${known.length} of ${agents} have`);
    },
    180,
  );

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

async function swap(lab: Lab, daemon: Daemon, to: Implementation): Promise<string> {
  const start = Date.now();
  await stop(lab, daemon);
  const stopped = Date.now();
  const logLength = (await logOf(lab, daemon)).length;
  await startAgain(lab, daemon, to === 'ours' ? shared : python);
  if (daemon.name !== 'neutron-server') await reported(lab, daemon, stopped);
  if (daemon.name === 'neutron-dhcp-agent') await synchronized(lab, daemon, logLength);
  const work = daemon.name === 'neutron-server' ? 'serves' : 'reports';
  return `the old one ended in ${seconds(stopped - start)}; the new one ${work} after ${seconds(Date.now() - stopped)}`;
}

const nameOf = (step: Step): string =>
  step.kind === 'swap'
    ? `${step.daemon.name} on ${step.daemon.host} → ${step.to}`
    : `use it: ${step.creator === 'ours' ? "our client creates, Python's deletes" : "Python's client creates, ours deletes"}`;

interface Scene {
  readonly lab: Lab;
  readonly cloud: Cloud;
  readonly traffic: Watch;
  readonly kernels: KernelWatch;
  /** Whose process does a daemon's work, by host and name. */
  readonly running: Map<string, Implementation>;
  /** How everything was before the first step. */
  readonly first: Snapshot;
}

const routersIn = (snapshot: Snapshot) =>
  new Set(Object.keys(snapshot).flatMap((key) => / qrouter-(\S+) /.exec(key)?.[1] ?? []));

/** Of the lines of a difference those that were there in the beginning, went away since, and are there again. */
const onceThere = (first: Snapshot, difference: readonly string[]) =>
  difference.filter((line) => {
    const [, key, text] = /^\+ (.*?): (.*)$/.exec(line) ?? [];
    return key !== undefined && first[key]?.includes(text!);
  });

/** One step, and the data plane after it. */
async function take(scene: Scene, step: Step, before: Snapshot): Promise<[Row, Snapshot]> {
  const { lab, cloud, traffic, kernels } = scene;
  const start = performance.now();
  kernels.flickered();
  if (step.kind === 'swap') scene.running.set(`${step.daemon.host} ${step.daemon.name}`, step.to);
  const { result, evidence } = await (step.kind === 'swap'
    ? swap(lab, step.daemon, step.to)
    : changeResources(lab, cloud, step.daemon, step.round, step.creator)
  ).then(
    (said) => ({ result: 'pass', evidence: said }) as const,
    (error: Error) => ({ result: 'fail', evidence: error.message }) as const,
  );
  if (step.kind === 'change' && result === 'pass') await differencesThatStay(lab, before, 30);
  const after = await settledDataPlane(lab);
  const raw = differences(before, after);
  const returned = onceThere(scene.first, raw);
  const touched = (lines: readonly string[], flickers: readonly Flicker[] = []) =>
    inPlainWords(lines, flickers, routersIn(after)).map(({ host, daemon, text, renewed }) => ({
      text,
      renewed,
      by: scene.running.get(`${host} ${daemon}`) ?? 'Python',
    }));
  const flickered = step.kind === 'swap' ? kernels.flickered() : [];
  const row: Row = {
    step: nameOf(step),
    kind: step.kind,
    result,
    seconds: Math.round((performance.now() - start) / 100) / 10,
    lost: traffic.lost(),
    touched: [
      ...touched(
        raw.filter((line) => !returned.includes(line)),
        flickered,
      ),
      ...touched(returned).map((one) => ({ ...one, mended: true })),
    ],
    raw: [
      ...raw,
      ...flickered.map((one) => `~ ${one.host} ${one.kind}: ${one.object} ${one.how} ${one.milliseconds} ms`),
    ],
    evidence,
  };
  return [row, after];
}

async function walk(lab: Lab, show: (line: string) => void, verbose: boolean) {
  await allReported(lab);
  const cloud = await buildCloud(lab);
  const traffic = await watchTraffic(lab, cloud);
  const kernels = watchKernels(['controller', 'compute'].map((name) => hostNamed(lab, name)));
  show(
    `The cloud runs under Python Neutron: two guests, a router, floating IP ${cloud.floatingAddress}. Pings, 10 a second each, and a TCP connection have begun.`,
  );
  const rows: Row[] = [];
  let before = await settledDataPlane(lab);
  const scene: Scene = { lab, cloud, traffic, kernels, running: new Map(), first: before };
  for (const step of road) {
    const [row, after] = await take(scene, step, before);
    before = after;
    rows.push(row);
    for (const line of rowLines(row, rows.length, verbose)) show(line);
    // Everything after it would fail of the same.
    if (row.result === 'fail') break;
  }
  kernels.stop();
  return { rows, traffic: await traffic.stop() };
}

/** Brings up the guide's cloud under Python Neutron and walks the whole road to ours and back; returns the exit status. */
export async function swapCommand({ check, json, verbose }: SwapOptions): Promise<number> {
  const show = (line: string) => void (json ? process.stderr : process.stdout).write(`${line}\n`);
  const name = `swap-${randomUUID().slice(0, 8)}`;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void takeDown(name).then(() => process.exit(1)));
  await installPackages('neutron-lab swap', 'BASE', 'SERVER', 'PYTHON');
  try {
    const lab = await bringUp(name, guide, python, show);
    const { rows, traffic }: { rows: Row[]; traffic: Traffic } = await walk(lab, show, verbose);
    for (const line of totalLines(rows, traffic)) show(line);
    const wrong = faults(rows, traffic);
    if (json)
      process.stdout.write(
        `${JSON.stringify({ rows, ...traffic, faults: wrong, ok: wrong.length === 0 }, null, 2)}\n`,
      );
    return check && wrong.length > 0 ? 1 : 0;
  } finally {
    await takeDown(name);
  }
}

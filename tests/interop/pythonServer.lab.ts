import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { logOf, processesOn, startAgain, stop } from '../../src/lab/daemons.ts';
import { runIn } from '../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../src/lab/lab.ts';
import { startRabbitmq } from '../../src/lab/services/rabbitmq.ts';
import { differencesThatStay, settledDataPlane } from '../../src/lab/settled.ts';
import { differences, type Snapshot } from '../../src/lab/snapshot.ts';
import { waitFor } from '../../src/lab/waitFor.ts';
import { withLab } from '../faults/support/withLab.ts';
import { pythonServer } from './exercised/pythonServer.ts';
import { heard, listen, trace } from './pythonAgents/wire.ts';
import { rewritten, ruleCounters } from './pythonServer/counters.ts';
import { richOurs, richPython } from './pythonServer/deployments.ts';
import { withoutForwarding } from './pythonServer/forwarding.ts';
import { errorsOf, serverErrors } from './pythonServer/logs.ts';
import { liveMigration } from './pythonServer/migration.ts';
import { AGENTS, type Agent, replaceAgents, reported, reportedAnew } from './pythonServer/replace.ts';
import { restOf } from './pythonServer/rest.ts';
import { logLengths, rewired } from './pythonServer/rewired.ts';
import { buildRichCloud } from './pythonServer/richCloud.ts';
import { metadataServed, methodsHeard, networksLife, portsLife, routersLife } from './pythonServer/steps.ts';
import { startTraffic } from './pythonServer/traffic.ts';

const PYTHON_SERVER = '/usr/bin/neutron-server';
const SERVER = { host: 'controller', name: 'neutron-server' };
/** Longest wait for what agents do after their start: they share a small machine with the server. */
const AFTER_START_SECONDS = 90;

/** What differs, without what says only that it is another process or another set of the same name. */
const kinds = (lines: readonly string[]) =>
  new Set(
    lines.map((line) =>
      line.replace(/processes: \d+ /, 'processes: ').replace(/initval \S+|(?<=qdisc tbf )\S+/, ''),
    ),
  );

/** Python's agent replaces a forwarding entry by removing and adding it, and does not notice when the latter fails. */
const LOST_BY_PYTHON = /^(- .* host forwarding: \S+ dev vxlan-\d+ dst| .* host forwarding: \d+ lines before)/;

/** What report_state says of an agent. */
const facts = ({ agent_type, binary, topic, host, availability_zone, configurations }: Agent) => ({
  agent_type,
  binary,
  topic,
  host,
  availability_zone,
  configurations,
});

async function restartBroker(lab: Lab): Promise<void> {
  const controller = hostNamed(lab, 'controller');
  const broker = () => processesOn(controller).find(({ words }) => words[0]!.endsWith('/beam.smp'));
  await runIn(controller, ['kill', '-9', String(broker()!.pid)]);
  while (broker()) await sleep(20);
  await startRabbitmq(controller);
  await trace(controller);
}

test('Our agents take the place of Python’s under Python’s server, work with it, and give the place back', {
  skip: existsSync(PYTHON_SERVER) ? false : 'the package neutron-server is not installed',
}, async (t) => {
  await withLab('python-server', richPython, async (lab) => {
    const rest = await restOf(lab);
    await reported(rest, 0);
    const cloud = await buildRichCloud(lab);
    const stage = { lab, cloud, rest };
    const made = await settledDataPlane(lab);
    /** The data plane once Python's agents have started and done all that they do then. */
    const startPythons = async () => {
      const lengths = await logLengths(lab);
      await replaceAgents(lab, rest, richPython);
      await rewired(lab, lengths);
      await sleep(5000);
      return settledDataPlane(lab);
    };
    const again = await startPythons();
    const unforwarded = (snapshot: Snapshot) => withoutForwarding(snapshot, cloud.ids.carrier!);
    const changes = (from: Snapshot, to: Snapshot) => kinds(differences(unforwarded(from), unforwarded(to)));
    const usual = changes(made, again);
    const theirs = await reportedAnew(rest);
    assert.deepEqual(
      [...usual].filter((line) => line.includes('-qos-')),
      [],
      'marks of QoS policies are back',
    );
    t.diagnostic(`Python's agents change ${usual.size} lines when they start on what they made`);

    const traffic = await startTraffic(lab, cloud);
    await listen(hostNamed(lab, 'controller'));
    let begin = await waitFor('a first message', async () => heard(lab).length, 60);
    const nothingLost = () => assert.deepEqual(traffic.lost(), []);

    await t.test('what Python’s agents made is adopted without a change', async () => {
      const counters = await ruleCounters(lab);
      await replaceAgents(lab, rest, richOurs, () => {
        begin = heard(lab).length;
      });
      await sleep(15_000);
      const changed = kinds(differences(again, await settledDataPlane(lab)));
      // What Python's agents left out at their second start is put right: its HA router no longer passes IPv6 on.
      assert.deepEqual([...changed.difference(kinds(differences(again, made)))], []);
      assert.deepEqual(rewritten(counters, await ruleCounters(lab)), []);
      nothingLost();
      const ours = await reportedAnew(rest);
      assert.deepEqual(ours.map(facts), theirs.map(facts), 'they tell of themselves what Python’s do');
    });

    await t.test('ports are wired, filtered, changed and forgotten', () => portsLife(stage));
    await t.test('networks are served, move away and back', () => networksLife(stage));
    await t.test('routers are made, move away and back; floating IPs and forwarded ports', () =>
      routersLife(stage),
    );
    await t.test('metadata is served', () => metadataServed(stage));

    await t.test('Python’s server and RabbitMQ restart, and nothing changes', async () => {
      const before = await settledDataPlane(lab);
      traffic.lost();
      await stop(lab, SERVER);
      await startAgain(lab, SERVER);
      await restartBroker(lab);
      const since = Date.now();
      await sleep(35_000);
      assert.ok(
        (await reported(rest, 0)).every(({ alive }) => alive),
        `since ${since}`,
      );
      assert.deepEqual(await differencesThatStay(lab, before, AFTER_START_SECONDS), []);
      nothingLost();
      await portsLife(stage);
    });

    await t.test('a guest moves to another host', () => liveMigration(stage));

    await t.test('nobody’s log tells of an error', async () => {
      assert.deepEqual(serverErrors(await logOf(lab, SERVER)), []);
      for (const daemon of AGENTS) assert.deepEqual(errorsOf(await logOf(lab, daemon)), []);
    });

    await t.test('the wire carried what the table lists', () => {
      const seen = methodsHeard(lab, begin);
      const listed = pythonServer.map(({ topic, method }) => `${topic} ${method}`).sort();
      assert.deepEqual(seen, listed);
    });

    await t.test('Python’s agents adopt what ours made, as they adopt their own', async () => {
      const before = await settledDataPlane(lab);
      traffic.lost();
      const after = await startPythons();
      const unusual = changes(before, after).difference(usual);
      assert.deepEqual(
        [...unusual].filter((line) => !LOST_BY_PYTHON.test(line)),
        [],
      );
      nothingLost();
    });

    assert.match(await traffic.stop(), /^echoed \d+$/);
  });
});

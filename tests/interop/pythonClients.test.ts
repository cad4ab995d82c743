import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { whyNoPython } from '../../src/client/testing/python.ts';
import type { Outcome } from '../../src/client/testing/run.ts';
import { readTranscripts, type Transcript, whyNoTranscripts } from '../../src/client/testing/transcript.ts';
import { type Cloud, startCloud, type User } from './cloud.ts';
import { asMember, guideSteps, guideUndone, readOnly, refused } from './commands.ts';
import { departures } from './departures.ts';
import { comparable, Ids, masked } from './mask.ts';
import { openstackSteps } from './openstack/index.ts';
import { filled, type Kept } from './openstack/step.ts';
import { waitForAgents, waitForDhcp } from './waiting.ts';

const whyNoNeutron = whyNoPython('neutron');
const whyNoOpenstack = whyNoPython('openstack');
const whyNoRecords = whyNoTranscripts();
if (whyNoNeutron) test('our client and the original one on a real cloud', { skip: whyNoNeutron });
if (whyNoOpenstack) test('the openstack client on our server', { skip: whyNoOpenstack });
if (whyNoRecords) test('our client on our server as recorded', { skip: whyNoRecords });

const wordsOf = (command: string) => command.replace(/^neutron /, '');
const comparableOutcome = ({ stdout, stderr, status }: Outcome) => ({
  stdout: masked(stdout),
  stderr: masked(stderr),
  status,
});

/** The transcripts of our command; other programs' need no client. */
const isOfNeutron = ({ command }: Transcript) => !/^(ip|ping) /.test(command);

describe('clients on the guide’s cloud with MariaDB, RabbitMQ and Keystone', {
  skip: whyNoNeutron !== undefined && whyNoOpenstack !== undefined,
}, () => {
  let cloud: Cloud;
  /** What our client answered to the guide's steps, until it is compared with the recording. */
  const ours = new Map<string, Outcome>();
  before(async () => {
    cloud = await startCloud();
    await waitForAgents(cloud, 5);
  });
  after(() => cloud?.close());

  const originals = new Map<string, Outcome>();
  const original = (command: string) =>
    test(`the original: ${command}`, { skip: whyNoNeutron }, async () => {
      const outcome = await cloud.python(wordsOf(command));
      originals.set(command, outcome);
      assert.equal(outcome.status, 0, outcome.stderr);
    });
  const oursAfterOriginal = (command: string) =>
    test(`ours: ${command}`, async () => {
      const outcome = await cloud.shell(command);
      ours.set(command, outcome);
      assert.equal(outcome.status, 0, outcome.stderr);
      const before = originals.get(command);
      if (before) assert.deepEqual(comparable(outcome.stdout), comparable(before.stdout));
      if (before) assert.deepEqual(comparable(outcome.stderr), comparable(before.stderr));
    });
  /** Runs a command that leaves nothing behind with both clients at once. */
  const both = (command: string, user: User = 'admin') =>
    test(`both: ${user}: ${command}`, { skip: whyNoNeutron }, async () => {
      const [mine, theirs] = await Promise.all([
        cloud.shell(command, user),
        cloud.python(wordsOf(command), user),
      ]);
      assert.deepEqual(comparableOutcome(mine), comparableOutcome(theirs));
    });

  for (const command of [...guideSteps, ...guideUndone]) original(command);
  for (const command of guideSteps) oursAfterOriginal(command);
  test('DHCP serves both networks', async () => void (await waitForDhcp(cloud, 2)));
  for (const command of [...readOnly, ...refused]) both(command);

  const ids = new Ids();
  const asRecorded = (transcript: Transcript) => {
    const command = transcript.command.replace(/neutron '(.*)'$/, 'neutron $1');
    const user = transcript.user as User;
    const why = departures[transcript.name.slice(0, 3)];
    test(`as recorded: ${transcript.name}`, why === undefined ? {} : { todo: why }, async () => {
      const mine = ours.get(command) ?? (await cloud.shell(ids.translate(command), user));
      ours.delete(command);
      ids.learn(transcript.stdout, mine.stdout);
      assert.deepEqual(comparable(mine.stdout), comparable(transcript.stdout));
      assert.equal(mine.status, transcript.status);
      if (!command.includes('--debug'))
        assert.deepEqual(comparable(mine.stderr), comparable(transcript.stderr));
    });
  };
  for (const transcript of whyNoRecords ? [] : readTranscripts().filter(isOfNeutron)) {
    asRecorded(transcript);
    // The recorder then removed the port of the floating IP without a transcript.
    if (transcript.name === '113-floatingip-delete.txt')
      test('neutron port-delete fp', async () => {
        assert.equal((await cloud.shell('neutron port-delete fp')).status, 0);
      });
  }
  for (const command of asMember) both(command, 'demo');

  const kept: Kept = new Map();
  for (const [subject, steps] of Object.entries(openstackSteps))
    for (const { line, refused, check } of steps)
      test(`openstack, ${subject}: ${line}`, { skip: whyNoOpenstack }, async () => {
        const { stdout, stderr, status } = await cloud.openstack(filled(line, kept));
        assert.equal(status === 0, refused === undefined, stderr);
        if (refused) assert.match(stderr, refused);
        check(stdout, kept);
      });

  for (const command of guideUndone) oursAfterOriginal(command);
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sampleOf } from '../testing/sample.ts';
import { splitWords } from './interactive.ts';
import { loadCommand, ownNames } from './registry.ts';
import { commandLines } from './testing/commandLines.ts';
import { type FakeCloud, type Received, startFakeCloud } from './testing/fakeCloud.ts';
import { optionLines } from './testing/optionLines.ts';
import { type PythonClient, startPython, whyNoPython } from './testing/python.ts';
import { type Outcome, runNeutron, userEnvironment } from './testing/run.ts';

const sortedKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Whether the original asks it too: ours also asks whether something is wrong with what it shows. */
const isNeutrons = ({ path }: Received): boolean => !path.endsWith('/diagnosis');

const why = whyNoPython();
if (why) test('our client does what the original does', { skip: why });

describe('our client does what the original does', { skip: why !== undefined }, () => {
  let cloud: FakeCloud;
  let python: PythonClient;
  before(async () => {
    cloud = await startFakeCloud();
    python = startPython();
  });
  after(async () => {
    python.close();
    await cloud.close();
  });

  /** Output, exit status and the requests that reached Neutron. */
  const observe = async (run: () => Promise<Outcome>): Promise<unknown> => {
    cloud.reset();
    const { stdout, stderr, status } = await run();
    const received = cloud.received
      .filter(isNeutrons)
      .map((request) => JSON.stringify(request, sortedKeys))
      .sort();
    return { stdout, stderr, status, received };
  };

  const { cases, left } = sampleOf([...commandLines, ...optionLines], 60);
  if (left) test('the other command lines', { skip: left });
  for (const line of cases)
    test(`neutron ${line}`, async () => {
      const words = splitWords(line);
      const env = userEnvironment(cloud);
      const theirs = await observe(() => python.run(words, env));
      const ours = await observe(() => runNeutron(words, env));
      assert.deepEqual(ours, theirs);
    });

  test('bash may complete the same words, and those of our own', async () => {
    const wordsOf = ({ stdout }: Outcome) => stdout.trim().split(' ').sort();
    const words = ['bash-completion'];
    const theirs = wordsOf(await python.run(words, {}));
    const own = await Promise.all(ownNames.map(loadCommand));
    const flags = own.flatMap(({ arguments: all }) => all.flatMap((argument) => argument.flags));
    const expected = new Set([...theirs, ...ownNames, '--wait', ...flags]);
    assert.deepEqual(wordsOf(await runNeutron(words, {})), [...expected].sort());
  });
});

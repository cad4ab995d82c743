import './throwAwayHost.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteNamespace, ensureNamespace } from './netns.ts';
import { run } from './process.ts';
import { ruleState } from './ruleState.ts';
import { SavedRules } from './savedRules.ts';

const rulesIn = (text: string) => text.split('\n').filter((line) => line.startsWith('-A '));

/** Saved rules of a namespace, and how often the program ran. */
function saved(program: string, netns: string) {
  let readings = 0;
  const rules = new SavedRules(program, netns, (text) => {
    readings += 1;
    return rulesIn(text);
  });
  return { rules, readings: () => readings };
}

const add = (netns: string, address: string, program = 'iptables') =>
  run([program, '-A', 'INPUT', '-s', address, '-j', 'DROP'], { netns });

test('rules are read once until somebody changes one, of whichever family', async () => {
  const netns = 'saved';
  await ensureNamespace(netns);
  await add(netns, '10.0.0.1');
  const { rules, readings } = saved('iptables-save', netns);
  assert.deepEqual(await rules.current(), ['-A INPUT -s 10.0.0.1/32 -j DROP']);
  assert.deepEqual(await Promise.all([rules.current(), rules.current()]).then(([, one]) => one?.length), 1);
  assert.equal(readings(), 1);
  await add(netns, '10.0.0.2');
  assert.equal((await rules.current()).length, 2);
  await add(netns, 'fd00::1', 'ip6tables');
  assert.equal((await rules.current()).length, 2);
  assert.equal(readings(), 3);
});

test('a namespace that is made anew is read anew, though it has had as many changes', async () => {
  const netns = 'anew';
  await ensureNamespace(netns);
  await add(netns, '10.0.0.1');
  const { rules } = saved('iptables-save', netns);
  await rules.current();
  const before = await ruleState(netns);
  deleteNamespace(netns);
  await ensureNamespace(netns);
  await add(netns, '10.0.0.2');
  const after = await ruleState(netns);
  assert.equal(before?.generation, after?.generation);
  assert.deepEqual(await rules.current(), ['-A INPUT -s 10.0.0.2/32 -j DROP']);
});

test('legacy iptables, which nobody counts, is read each time', async () => {
  const netns = 'legacy';
  await ensureNamespace(netns);
  const { rules, readings } = saved('iptables-legacy-save', netns);
  await rules.current();
  await add(netns, '10.0.0.1', 'iptables-legacy');
  assert.equal((await rules.current()).length, 1);
  assert.equal(readings(), 2);
});

/** Has iptables-restore add a rule, and says so. */
async function write(rules: SavedRules<string[]>, netns: string, address: string) {
  const have = await rules.current();
  const line = `-A INPUT -s ${address}/32 -j DROP`;
  await run(['iptables-restore', '--noflush'], { netns, input: `*filter\n${line}\nCOMMIT\n` });
  rules.wrote(1, have, [...have, line]);
}

test('what we wrote ourselves is not read again, unless somebody else wrote as well', async () => {
  const netns = 'ours';
  await ensureNamespace(netns);
  const { rules, readings } = saved('iptables-save', netns);
  await write(rules, netns, '10.0.0.1');
  await SavedRules.settle([rules]);
  assert.deepEqual(await rules.current(), ['-A INPUT -s 10.0.0.1/32 -j DROP']);
  assert.equal(readings(), 1);
  await write(rules, netns, '10.0.0.2');
  await add(netns, '10.0.0.3');
  await SavedRules.settle([rules]);
  assert.equal((await rules.current()).length, 3);
  assert.equal(readings(), 2);
});

test('programs of one namespace that wrote side by side are settled together', async () => {
  const netns = 'together';
  await ensureNamespace(netns);
  const [four, six] = [saved('iptables-save', netns), saved('ip6tables-save', netns)];
  const [have4, have6] = await Promise.all([four.rules.current(), six.rules.current()]);
  await add(netns, '10.0.0.1');
  four.rules.wrote(1, have4, ['four']);
  await add(netns, 'fd00::1', 'ip6tables');
  six.rules.wrote(1, have6, ['six']);
  await SavedRules.settle([four.rules, six.rules]);
  assert.deepEqual([await four.rules.current(), await six.rules.current()], [['four'], ['six']]);
});

test('what was written and not settled is read', async () => {
  const netns = 'unsettled';
  await ensureNamespace(netns);
  const { rules } = saved('iptables-save', netns);
  const have = await rules.current();
  await add(netns, '10.0.0.1');
  rules.wrote(1, have, ['not so']);
  assert.deepEqual(await rules.current(), ['-A INPUT -s 10.0.0.1/32 -j DROP']);
});

test('what was written to rules that somebody has looked at anew since is read', async () => {
  const netns = 'looked';
  await ensureNamespace(netns);
  const { rules } = saved('iptables-save', netns);
  const have = await rules.current();
  await add(netns, '10.0.0.1');
  await rules.current();
  await add(netns, '10.0.0.2');
  rules.wrote(1, have, ['not so']);
  await SavedRules.settle([rules]);
  assert.equal((await rules.current()).length, 2);
});

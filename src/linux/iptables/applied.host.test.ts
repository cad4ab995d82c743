import '../throwAwayHost.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ensureNamespace } from '../netns.ts';
import { run } from '../process.ts';
import { applied } from './applied.ts';
import { planTable } from './plan.ts';
import { readSave, type Table } from './rules.ts';

const drop = (port: number) => `-p tcp -m tcp --dport ${port} -j DROP`;
const wanted = (own: Table['own'], hooks: Table['hooks'] = {}): Table => ({ own, hooks });

/** What one table is to hold, one time after the other. */
const STEPS: Readonly<Record<string, Table>> = {
  'chains and hooks at top and bottom': wanted(
    { 'n-a': [drop(1), drop(2)], 'n-b': [] },
    { INPUT: { top: ['-j n-a'], bottom: ['-j n-b'] }, 'n-top': { top: ['-j n-a'] } },
  ),
  'a rule comes in between, one goes, one comes to the end': wanted(
    { 'n-a': [drop(1), drop(3), drop(2), drop(4), drop(5)], 'n-b': [drop(7)] },
    { INPUT: { top: ['-j n-a'], bottom: ['-j n-b'] }, 'n-top': { top: ['-j n-a'] } },
  ),
  'rules change places': wanted(
    { 'n-a': [drop(5), drop(1)], 'n-b': [drop(7)] },
    { INPUT: { top: ['-j n-a'] } },
  ),
  'a chain goes': wanted({ 'n-a': [drop(5), drop(1), drop(6)] }, { INPUT: { top: ['-j n-a'] } }),
};

test('what lines come to is what iptables-save prints when they were carried out', async () => {
  const netns = 'applied';
  await ensureNamespace(netns);
  const foreign = '*filter\n:mine - [0:0]\n-A INPUT -j mine\n-A mine -s 10.0.0.1/32 -j DROP\nCOMMIT\n';
  await run(['iptables-restore', '--noflush'], { netns, input: foreign });
  const save = async () => readSave((await run(['iptables-save'], { netns })).stdout);
  for (const [step, table] of Object.entries(STEPS)) {
    const observed = await save();
    const lines = planTable('filter', table, observed.get('filter')!, 'n');
    assert.notEqual(lines.length, 0, step);
    await run(['iptables-restore', '--noflush'], { netns, input: `${lines.join('\n')}\n` });
    assert.deepEqual(applied(observed, lines), await save(), step);
  }
});

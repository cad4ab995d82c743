import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentSelf } from '../../rpc/diagnosis.ts';
import type { Asking } from './asking.ts';
import { askInTurn } from './inTurn.ts';
import { agent } from './testing.ts';

const hosts = ['a', 'b', 'c', 'd', 'e'];
const agents = hosts.map((host) => agent('Linux bridge agent', host));

/** Agents of which some find things wrong, and some say nothing; who was asked in each look, in order. */
function looks(atOnce: number) {
  const wrong = new Set<string>();
  const silent = new Set<string>();
  let asked: string[] = [];
  const asking: Asking = {
    async status({ host }) {
      asked.push(host);
      if (silent.has(host)) return 'silent';
      const failing = wrong.has(host) ? [{ item: 'port p', error: 'no', failures: 2 }] : [];
      return {
        comparison: null,
        lastDrift: null,
        resync: null,
        waiting: 0,
        failing,
        findings: [],
      } as AgentSelf;
    },
    compare: () => assert.fail('it is not asked'),
    applied: () => assert.fail('it is not asked'),
  };
  const ask = askInTurn(asking, atOnce);
  async function look(those = agents): Promise<string> {
    asked = [];
    await ask(those);
    return asked.join('');
  }
  return { wrong, silent, look };
}

test('where there are few agents all are asked each time', async () => {
  const { look } = looks(5);
  assert.deepEqual([await look(), await look()], ['abcde', 'abcde']);
});

test('of many each has its turn, and such as are dead take none', async () => {
  const { look } = looks(2);
  assert.deepEqual([await look(), await look(), await look(), await look()], ['ab', 'cd', 'e', 'ab']);
  const dying = agents.map((one) => (one.host === 'c' ? { ...one, alive: false } : one));
  assert.equal(await look(dying), 'de');
});

test('who finds something wrong is asked each time, also after it was silent once, until it finds nothing more', async () => {
  const { look, wrong, silent } = looks(2);
  wrong.add('b');
  assert.deepEqual([await look(), await look()], ['ab', 'bde']);
  silent.add('b');
  assert.deepEqual([await look(), await look()], ['bac', 'bde']);
  silent.clear();
  wrong.clear();
  assert.deepEqual([await look(), await look()], ['bac', 'cd']);
});

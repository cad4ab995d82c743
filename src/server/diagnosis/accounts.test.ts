import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driftFdb } from '../../health/catalogue/drift.ts';
import type { AgentSelf, Comparison } from '../../rpc/diagnosis.ts';
import type { ReportingAgent } from '../services/agents/reporting.ts';
import { accounts, askAccounts } from './accounts.ts';
import type { Asking } from './asking.ts';
import { cloud } from './testing.ts';

const agent = { alive: true, host: 'compute', agentType: 'Linux bridge agent', id: 'a' } as ReportingAgent;
const drift = driftFdb.found({ of: 'network n', missing: 1, foreign: 0, unset: 0 }, { host: 'compute' });
const comparison = (found: readonly (typeof drift)[], healed: boolean): Comparison => ({
  at: new Date().toISOString(),
  seconds: 0.1,
  compared: { fdb: 2 },
  drift: found,
  healed,
});
const nothing = comparison([], true);

/** What the account of an agent comes to, and what it was asked, in order. */
async function accountOf(self: Partial<AgentSelf> | 'silent', compares = true) {
  const asked: string[] = [];
  const asking: Asking = {
    async compare() {
      asked.push('compare');
      return compares;
    },
    async status() {
      asked.push('status');
      if (self === 'silent') return self;
      return {
        comparison: nothing,
        lastDrift: null,
        resync: null,
        waiting: 0,
        failing: [],
        findings: [],
        ...self,
      };
    },
    applied: () => assert.fail('it is not asked'),
  };
  const said = await askAccounts(asking, [agent], true);
  const account = accounts<ReportingAgent>({ agents: (one) => [one], healed: true });
  const outcome = account.judge(agent, { ...cloud(), accounts: said });
  return { asked, outcome };
}

test('an agent compares itself before it is asked how it stands', async () => {
  const { asked, outcome } = await accountOf({});
  assert.deepEqual(asked, ['status', 'compare', 'status']);
  assert.equal(outcome.result, 'pass');
});

test('what differs is a problem, what was put right lately only worth knowing', async () => {
  const now = await accountOf({ comparison: comparison([drift], false) });
  assert.deepEqual(now.outcome, { result: 'fail', findings: [drift] });
  const healed = await accountOf({ lastDrift: comparison([drift], true) });
  assert.ok(healed.outcome.result === 'fail');
  const [finding] = healed.outcome.findings;
  assert.deepEqual([finding?.code, finding?.severity], ['drift_fdb', 'info']);
  assert.match(finding?.text ?? '', /1 missing; put right at \d{4}-/);
  const long = { ...comparison([drift], true), at: '2026-01-01T00:00:00Z' };
  assert.equal((await accountOf({ lastDrift: long })).outcome.result, 'pass');
});

test('one that is too busy to compare itself counts as it stood, and is not asked once more', async () => {
  const { asked, outcome } = await accountOf({}, false);
  assert.deepEqual([asked, outcome.result], [['status', 'compare'], 'pass']);
});

test('an agent that does not answer is not checked', async () => {
  assert.equal((await accountOf('silent')).outcome.result, 'not checked');
});

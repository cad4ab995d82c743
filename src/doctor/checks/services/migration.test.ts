import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentFacts } from '../../../rpc/facts.ts';
import { withoutCounterpart } from './migration.ts';

const agent = (agent_type: string, host: string): AgentFacts => ({
  agent_type,
  host,
  tunneling_ip: null,
  interface_mappings: {},
});

const common = ['Linux bridge agent', 'L3 agent', 'DHCP agent', 'Metadata agent'].map((type) =>
  agent(type, 'controller'),
);

test('a cloud on Linux bridges has agents of known kinds only', () => {
  assert.deepEqual(withoutCounterpart(common), []);
});

test('agents that only Python Neutron has are named, once for each kind', () => {
  const found = withoutCounterpart([
    ...common,
    agent('Open vSwitch agent', 'compute2'),
    agent('Open vSwitch agent', 'compute1'),
    agent('Metering agent', 'controller'),
  ]);
  assert.deepEqual(
    found.map(({ code, text }) => [code, text]),
    [
      ['agent_without_counterpart', 'compute1, compute2: Open vSwitch agent, which neutron-ts does not have'],
      ['agent_without_counterpart', 'controller: Metering agent, which neutron-ts does not have'],
    ],
  );
});

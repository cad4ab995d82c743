import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentRow } from '../../services/agents/agent.ts';
import { databaseTime } from '../../services/standard-attributes.ts';
import { linuxbridge } from './linuxbridge.ts';

const agent = (changes: object = {}, secondsAgo = 1): AgentRow =>
  ({
    agent_type: 'Linux bridge agent',
    host: 'compute',
    heartbeat_timestamp: databaseTime(new Date(Date.now() - secondsAgo * 1000)),
    configurations: JSON.stringify({
      interface_mappings: { public: 'eno1' },
      tunnel_types: ['vxlan'],
      tunneling_ip: '10.0.0.1',
      ...changes,
    }),
  }) as AgentRow;

const vxlan = { id: 's1', network_type: 'vxlan', physical_network: null, segmentation_id: 7 };
const flat = { id: 's2', network_type: 'flat', physical_network: 'public', segmentation_id: null };
const wrong = { ...flat, id: 's3', physical_network: 'publik' };
const question = { portId: 'p', host: 'compute', vnicType: 'normal', agentDownTime: 75 };
const bind = (segments: (typeof vxlan | typeof flat)[], agents: AgentRow[], vnicType = 'normal') =>
  linuxbridge.bind({ ...question, segments, agents, vnicType });

test('binds the first segment that the host reaches', () => {
  const expected = {
    driver: 'linuxbridge',
    vifType: 'bridge',
    vifDetails: { connectivity: 'l2', port_filter: true },
  };
  assert.deepEqual(bind([vxlan], [agent()]), { ...expected, segment: vxlan });
  assert.deepEqual(bind([wrong, flat], [agent()]), { ...expected, segment: flat });
  assert.deepEqual(bind([flat], [agent({ interface_mappings: {}, bridge_mappings: { public: 'br0' } })]), {
    ...expected,
    segment: flat,
  });
});

const refusals: [string, ReturnType<typeof bind>, RegExp, RegExp][] = [
  [
    'no agent',
    bind([vxlan], []),
    /no Linux bridge agent on compute has ever reported/,
    /systemctl start neutron-linuxbridge-agent/,
  ],
  [
    'a dead agent',
    bind([vxlan], [agent({}, 190)]),
    /no live Linux bridge agent on compute: last heard 3 min ago/,
    /systemctl status/,
  ],
  [
    'no local_ip',
    bind([vxlan], [agent({ tunnel_types: [] })]),
    /vxlan is not usable on compute.*local_ip/,
    /local_ip =/,
  ],
  [
    'an unmapped physical network',
    bind([wrong], [agent()]),
    /physical network publik is not mapped on compute; mapped: public/,
    /publik:INTERFACE/,
  ],
  [
    'a vnic_type',
    bind([vxlan], [agent()], 'direct'),
    /vnic_type normal only, not direct/,
    /without binding:vnic_type/,
  ],
];

for (const [what, outcome, reason, fix] of refusals) {
  test(`refuses with a reason and a fix: ${what}`, () => {
    assert.ok(Array.isArray(outcome) && outcome.length === 1);
    assert.match(outcome[0].reason, reason);
    assert.match(outcome[0].fix, fix);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VersionedObject } from '../../rpc/resources.ts';
import { type Forwarding, forwardingRules, forwardingStatuses, readForwarding } from './portForwarding.ts';

const object = (data: Record<string, unknown>): VersionedObject => ({
  'versioned_object.name': 'PortForwarding',
  'versioned_object.namespace': 'versionedobjects',
  'versioned_object.version': '1.3',
  'versioned_object.data': {
    id: 'c1eba4cc-0000-4000-8000-000000000001',
    floatingip_id: 'f1',
    router_id: 'r1',
    floating_ip_address: '192.168.81.182',
    internal_ip_address: '172.16.1.201',
    protocol: 'tcp',
    ...data,
  },
});

const ranges: readonly [string, string, string, string][] = [
  ['2222:2222', '22:22', '2222', '172.16.1.201:22'],
  ['40:50', '60:70', '40:50', '172.16.1.201:60-70/40'],
  ['40:50', '60:60', '40:50', '172.16.1.201:60'],
];
for (const [external_port_range, internal_port_range, external, target] of ranges)
  test(`ports ${external_port_range} lead to ${internal_port_range}`, () => {
    const read = readForwarding(object({ external_port_range, internal_port_range }));
    assert.deepEqual([read.external, read.target], [external, target]);
  });

const one = readForwarding(object({ external_port_range: '2222:2222', internal_port_range: '22:22' }));

test('the rules are those of Neutron’s extension', () => {
  assert.deepEqual(forwardingRules([one]), {
    prerouting: ['-j neutron-l3-agent-fip-pf'],
    chains: {
      'fip-pf': ['-j neutron-l3-agent-pf-c1eba4cc'],
      'pf-c1eba4cc': [
        '-d 192.168.81.182/32 -p tcp -m tcp --dport 2222 -j DNAT --to-destination 172.16.1.201:22',
      ],
    },
  });
  assert.deepEqual(forwardingRules([]), { prerouting: [], chains: {} });
});

test('a floating IP is told of when its first forwarding comes and when its last one goes', () => {
  const other: Forwarding = { ...one, id: 'another' };
  assert.deepEqual(forwardingStatuses([], [one, other]), { f1: 'ACTIVE' });
  assert.deepEqual(forwardingStatuses([one, other], [other]), {});
  assert.deepEqual(forwardingStatuses([other], []), { f1: 'DOWN' });
});

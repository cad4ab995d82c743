import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createHost, destroyHosts, type RunningHost, runIn } from '../../src/lab/host.ts';
import { kernelWrites } from './writes.ts';

let host: RunningHost;
const has = (...lines: string[]) => runIn(host, ['sh', '-ec', lines.join('\n')]);

before(async () => {
  host = await createHost(`writes${process.pid}`, 'controller');
  await has(
    'ip netns add inner',
    'ip -n inner link set lo up',
    'ip link add tap0 type veth peer name eth0 netns inner',
    'ip link set tap0 up',
    'ipset create NIPv4x hash:net',
    'iptables -A FORWARD -j ACCEPT',
  );
});
after(() => destroyHosts([host]));

test('looking at everything is no write', async () => {
  const looks = [
    'ip -d -j addr show',
    'ip -n inner route show',
    'bridge fdb show',
    'ipset save',
    'iptables-save',
    'ip netns exec inner iptables-save',
    'ebtables-save',
  ];
  assert.deepEqual(await kernelWrites(host, () => has(...looks)), []);
});

for (const [what, line] of [
  ['a link', 'ip link set tap0 mtu 1400'],
  ['an address in a namespace', 'ip -n inner addr add 192.0.2.1/24 dev lo'],
  ['a rule', 'iptables -A FORWARD -p tcp -j DROP'],
  ['a rule that is written as it was', 'iptables-save | iptables-restore'],
  ['a rule in a namespace', 'ip netns exec inner iptables -A INPUT -j ACCEPT'],
  ['a rule for a bridge', 'ebtables -t nat -A PREROUTING -j ACCEPT'],
  ['an entry of a set', 'ipset add NIPv4x 192.0.2.0/24'],
] as const)
  test(`${what} is a write`, async () => {
    const told = await kernelWrites(host, () => has(line));
    assert.notEqual(told.length, 0);
  });

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DhcpNetwork } from '../../rpc/dhcp.ts';
import { createDesired } from './desired.ts';
import { networkOf, portOf, subnetOf } from './testing.ts';

const port = (id: string, address: string, revision_number = 1) =>
  portOf('n', {
    id,
    mac_address: 'm',
    fixed_ips: [{ subnet_id: 's', ip_address: address }],
    revision_number,
  });

const facts = (...ports: DhcpNetwork['ports']) => networkOf('n', [subnetOf('n', { id: 's' })], ports);

async function known(...ports: DhcpNetwork['ports']) {
  const desired = createDesired();
  await desired.refreshAll(async () => [facts(...ports)]);
  return desired;
}

const portsOf = (desired: ReturnType<typeof createDesired>) => {
  const network = desired.get('n');
  return typeof network === 'string' ? network : network.ports.map(({ id }) => id);
};

test('what the server lists is wanted, what it lists no more is not', async () => {
  const desired = await known(port('a', '172.16.1.5'));
  assert.deepEqual(portsOf(desired), ['a']);
  assert.deepEqual(desired.counts(), { networks: 1, subnets: 1, ports: 1 });
  await desired.refreshAll(async () => []);
  assert.equal(desired.get('n'), 'unwanted');
});

test('an invalidated network must be asked for, and a missing one is not wanted', async () => {
  const desired = await known();
  desired.invalidate('n');
  assert.equal(desired.get('n'), 'unknown');
  await desired.refresh('n', async () => facts(port('b', '172.16.1.6')));
  assert.deepEqual(portsOf(desired), ['b']);
  desired.invalidate('n');
  await desired.refresh('n', async () => null);
  assert.equal(desired.get('n'), 'unwanted');
});

test('a network that has left stays away when something fails on it; only the server brings it back', async () => {
  const desired = await known();
  desired.drop('n');
  desired.invalidate('n');
  assert.equal(desired.get('n'), 'unwanted');
  desired.announce('n');
  assert.equal(desired.get('n'), 'unknown');
});

test('a failed question leaves the network unknown', async () => {
  const desired = await known();
  desired.invalidate('n');
  await assert.rejects(
    desired.refresh('n', async () => {
      throw new Error('timeout');
    }),
    /timeout/,
  );
  assert.equal(desired.get('n'), 'unknown');
});

test('a network that is invalidated while its facts are on their way is asked for again', async () => {
  const desired = await known();
  desired.invalidate('n');
  await desired.refresh('n', async () => {
    desired.invalidate('n');
    return facts(port('b', '172.16.1.6'));
  });
  assert.equal(desired.get('n'), 'unknown');
  assert.equal(desired.counts().ports, 1);
});

for (const [what, event, expected] of [
  ['a port created meanwhile is kept', (d) => d.putPort(port('new', '172.16.1.9')), ['a', 'new']],
  ['a port deleted meanwhile stays deleted', (d) => d.removePort('n', 'a'), []],
  ['a network dropped meanwhile stays dropped', (d) => d.drop('n'), 'unwanted'],
] as [string, (desired: ReturnType<typeof createDesired>) => unknown, string | string[]][])
  test(`facts older than an event: ${what}`, async () => {
    const desired = await known(port('a', '172.16.1.5'));
    await desired.refreshAll(async () => {
      const answer = [facts(port('a', '172.16.1.5'))];
      event(desired);
      return answer;
    });
    assert.deepEqual(portsOf(desired), expected);
  });

test('a network dropped while its own facts are on their way is not wanted', async () => {
  const desired = await known();
  desired.invalidate('n');
  await desired.refresh('n', async () => {
    desired.drop('n');
    return facts();
  });
  assert.equal(desired.get('n'), 'unwanted');
});

test('an older message about a port changes nothing, nor does one about a deleted port', async () => {
  const desired = await known(port('a', '172.16.1.5', 4));
  assert.equal(desired.putPort(port('a', '172.16.1.6', 3)), false);
  assert.equal(desired.putPort(port('a', '172.16.1.6', 5)), true);
  assert.equal(desired.putPort({ ...port('a', '172.16.1.6', 6), name: 'other' }), false);
  assert.equal(desired.removePort('n', 'a'), true);
  assert.equal(desired.putPort(port('a', '172.16.1.6', 7)), false);
  assert.deepEqual(portsOf(desired), []);
});

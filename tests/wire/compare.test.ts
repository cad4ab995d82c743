import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences, named } from './compare.ts';

/** One message in two runs: other ids and addresses, so that what is sorted by them comes in another order. */
const entries = (tunnel: string, list: readonly (readonly [string, string])[]) => ({
  'd1c5b4c8-0000-4000-8000-000000000001': { ports: { [tunnel]: list }, segment_id: 7 },
});

test('what has no order of its own is compared without one', () => {
  const one = entries('192.168.81.65', [
    ['00:00:00:00:00:00', '0.0.0.0'],
    ['fa:16:3e:00:00:01', '10.1.0.5'],
    ['fa:16:3e:00:00:02', '10.1.0.6'],
    ['fa:16:3e:00:00:02', '10.2.0.6'],
  ]);
  const other = entries('192.168.81.65', [
    ['00:00:00:00:00:00', '0.0.0.0'],
    ['fa:16:3e:00:00:01', '10.2.0.9'],
    ['fa:16:3e:00:00:02', '10.1.0.3'],
    ['fa:16:3e:00:00:01', '10.1.0.9'],
  ]);
  assert.deepEqual(differences(named(one), named(other)), []);
});

test('keys that are ids come in the order of what stands below them', () => {
  const groups = (full: string, empty: string) => ({
    [full]: { IPv4: [['10.1.0.5', 'fa:16:3e:00:00:01']] },
    [empty]: {},
    members: { of: full },
  });
  const [low, high] = ['11111111-0000-4000-8000-000000000001', '99999999-0000-4000-8000-000000000001'];
  assert.deepEqual(differences(named(groups(low, high)), named(groups(high, low))), []);
});

test('the same id in another place is a difference', () => {
  const [a, b] = ['11111111-0000-4000-8000-000000000001', '99999999-0000-4000-8000-000000000001'];
  const message = (second: string) => ({ network: a, port: { network: second, id: b } });
  assert.notDeepEqual(differences(named(message(a)), named(message(b))), []);
});

test('a tap belongs to the port of its id', () => {
  const message = (tap: string) => ({ device: tap, port: '11111111-2233-4000-8000-000000000001' });
  assert.deepEqual(named(message('tap11111111-22')), { device: 'tap<id 1>', port: '<id 1>' });
  assert.deepEqual(named(message('tap11111111-23')), { device: 'tap<id 1>', port: '<id 2>' });
});

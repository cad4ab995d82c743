import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../testing/random.ts';
import { addressSet, blocksOf, difference, intersects, isSubset } from './addressSet.ts';
import { formatCidr, parseCidr } from './cidr.ts';

const set = (...cidrs: string[]) => addressSet(cidrs.map((cidr) => parseCidr(cidr)!));
const text = (value: ReturnType<typeof set>) => blocksOf(value).map(formatCidr);

test('blocks join into the fewest, in the order of addresses', () => {
  assert.deepEqual(text(set('10.1.0.0/16', '10.0.0.0/16', '10.2.0.0/24', '10.0.5.0/24')), [
    '10.0.0.0/15',
    '10.2.0.0/24',
  ]);
  assert.deepEqual(text(set('10.1.0.0/16', '10.2.0.0/16')), ['10.1.0.0/16', '10.2.0.0/16']);
  assert.deepEqual(text(set('fd00::/64', '10.0.0.0/8', 'fd00:0:0:1::/64')), ['10.0.0.0/8', 'fd00::/63']);
  assert.deepEqual(text(set('0.0.0.0/1', '128.0.0.0/1', '::/0')), ['0.0.0.0/0', '::/0']);
});

test('difference leaves the fewest blocks', () => {
  assert.deepEqual(text(difference(set('10.0.0.0/24'), set('10.0.0.64/26'))), [
    '10.0.0.0/26',
    '10.0.0.128/25',
  ]);
  assert.deepEqual(text(difference(set('10.0.0.0/30', 'fd00::/126'), set('10.0.0.1/32', 'fd00::/126'))), [
    '10.0.0.0/32',
    '10.0.0.2/31',
  ]);
  assert.deepEqual(text(difference(set('10.0.0.0/24'), set('10.0.0.0/8'))), []);
  assert.deepEqual(
    text(
      difference(
        set('10.0.0.0/31', '10.0.0.4/30', '10.0.0.16/28'),
        set('10.0.0.1/32', '10.0.0.4/31', '10.0.0.7/32', '10.0.0.16/29'),
      ),
    ),
    ['10.0.0.0/32', '10.0.0.6/32', '10.0.0.24/29'],
  );
});

test('subsets and common addresses', () => {
  const cases = [
    ['10.0.0.0/24', '10.0.0.0/16', true, true],
    ['10.0.0.0/16', '10.0.0.0/24', false, true],
    ['10.0.0.0/24', '10.0.1.0/24', false, false],
    ['::/64', '0.0.0.0/0', false, false],
  ] as const;
  for (const [part, whole, subset, common] of cases) {
    assert.equal(isSubset(set(part), set(whole)), subset, `${part} ${whole}`);
    assert.equal(intersects(set(part), set(whole)), common, `${part} ${whole}`);
  }
});

test('any set is what is taken from it and what is left', () => {
  const { int } = seeded(1);
  const some = (count: number) =>
    set(...Array.from({ length: count }, () => `10.0.${int(4)}.${int(256)}/${24 + int(9)}`));
  for (let round = 0; round < 200; round += 1) {
    const [whole, part] = [some(8), some(8)];
    const left = difference(whole, part);
    assert.equal(intersects(left, part), false);
    assert(isSubset(left, whole));
    const both = blocksOf(whole).flatMap((block) => blocksOf(difference(addressSet([block]), left)));
    const joined = addressSet([...blocksOf(left), ...both]);
    assert.deepEqual(text(joined), text(whole));
    assert(isSubset(addressSet(both), part));
  }
});

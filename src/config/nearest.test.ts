import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance, nearest, nearestOnes } from './nearest.ts';
import { firewallDrivers, mechanismDrivers, networkTypes } from './options/names.ts';

const distances: readonly [string, string, number][] = [
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', '', 3],
  ['kitten', 'sitting', 3],
  ['vlxan', 'vxlan', 1],
  ['Drive', 'Driver', 1],
];
for (const [a, b, distance] of distances) {
  test(`${a} and ${b} are ${distance} apart`, () => {
    assert.equal(editDistance(a, b), distance);
    assert.equal(editDistance(b, a), distance);
  });
}

const words: readonly [string, readonly string[], string | undefined][] = [
  ['neutron.agent.linux.iptables_firewall.IptablesFirewallDrive', firewallDrivers, firewallDrivers[5]],
  ['linuxbrige', mechanismDrivers, 'linuxbridge'],
  ['l2populaton', mechanismDrivers, 'l2population'],
  ['VXLAN', networkTypes, 'vxlan'],
  ['vlxan', networkTypes, 'vxlan'],
  ['geneva', networkTypes, 'geneve'],
  ['myvendor', mechanismDrivers, undefined],
  ['x', networkTypes, undefined],
];
for (const [word, candidates, expected] of words) {
  test(`${word} means ${expected ?? 'nothing known'}`, () =>
    assert.equal(nearest(word, candidates), expected));
}

test('what is as near to two words is not taken for either', () =>
  assert.deepEqual(nearestOnes('flan', networkTypes), ['flat', 'vlan']));

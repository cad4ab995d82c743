import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differencesOf } from './difference.ts';

test('lines of a batch read as what differs', () => {
  const said = (line: string) => differencesOf([line]).map(({ kind, what }) => `${kind}: ${what}`)[0];
  assert.deepEqual(
    [
      'fdb append 00:00:00:00:00:00 dev vxlan-7 dst 10.0.0.2',
      'fdb del fa:16:3e:00:00:01 dev vxlan-7 dst 10.0.0.2',
      'neigh replace 10.0.0.5 lladdr fa:16:3e:00:00:01 dev vxlan-7 nud permanent',
      'link set tap1 master brq1',
      'link add vxlan-7 type vxlan id 7',
      'addr del 10.0.0.1/24 dev qr-1',
      'add NIPv41 10.0.0.5',
      'create NIPv41 hash:net family inet',
      'del NIPv41 10.0.0.5',
      'swap NIPv41-n NIPv41',
    ].map(said),
    [
      'missing: fdb 00:00:00:00:00:00 dev vxlan-7 dst 10.0.0.2',
      'foreign: fdb fa:16:3e:00:00:01 dev vxlan-7 dst 10.0.0.2',
      'missing: neigh 10.0.0.5 lladdr fa:16:3e:00:00:01 dev vxlan-7 nud permanent',
      'unset: link tap1 master brq1',
      'missing: link vxlan-7 type vxlan id 7',
      'foreign: addr 10.0.0.1/24 dev qr-1',
      'missing: NIPv41 10.0.0.5',
      'missing: NIPv41 hash:net family inet',
      'foreign: NIPv41 10.0.0.5',
      'unset: swap NIPv41-n NIPv41',
    ],
  );
});

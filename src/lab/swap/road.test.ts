import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNeutron, python } from '../deployments/python.ts';
import { guide } from '../topologies/guide.ts';
import { road } from './road.ts';

const swaps = road.flatMap((step) => (step.kind === 'swap' ? [step] : []));

test('every process of the cloud goes to ours, the server first, and back in the reverse order', () => {
  const cloud = guide.hosts.flatMap((host) =>
    python
      .plan(guide, host)
      .processes.filter(isNeutron)
      .map(({ name }) => `${host.name} ${name}`),
  );
  const named = swaps.map(({ daemon, to }) => ({ daemon: `${daemon.host} ${daemon.name}`, to }));
  const there = named.filter(({ to }) => to === 'ours').map(({ daemon }) => daemon);
  assert.equal(there[0], 'controller neutron-server');
  assert.deepEqual(there.toSorted(), cloud.toSorted());
  assert.deepEqual(
    named.map(({ daemon }) => daemon),
    [...there, ...there.toReversed()],
  );
  assert.deepEqual(
    named.map(({ to }) => to),
    [...there.map(() => 'ours'), ...there.map(() => 'Python')],
  );
});

test('after each swap both clients change what needs the swapped process, each creating in its turn', () => {
  assert.equal(road.length, swaps.length * 2);
  road.forEach((step, index) => {
    const before = road[index - 1];
    if (step.kind === 'change')
      assert.ok(before?.kind === 'swap' && before.daemon === step.daemon, `step ${index}`);
  });
  const creators = road.flatMap((step) => (step.kind === 'change' ? [step.creator] : []));
  for (const name of ['ours', "Python's"] as const)
    assert.equal(creators.filter((creator) => creator === name).length, creators.length / 2);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FdbEntry } from '../../rpc/l2population.ts';
import { Forwarding } from './forwarding.ts';

const NET = 'n1';
const FLOOD = '00:00:00:00:00:00';
const M = 'fa:16:3e:00:00:01';
const entries = (ports: Record<string, FdbEntry[]>) => ({
  [NET]: { segment_id: 7, network_type: 'vxlan' as const, ports },
});
const start = () => {
  const forwarding = new Forwarding('10.0.0.1');
  forwarding.follow(NET, 7);
  return forwarding;
};
const kernel = (mac: string, destination: string, permanent = true) => ({
  mac,
  destination,
  device: 'vxlan-7',
  permanent,
});

test('peers are added once, this host never, unknown networks not at all', () => {
  const forwarding = start();
  const told = entries({
    '10.0.0.2': [
      [FLOOD, '0.0.0.0'],
      [M, '172.16.0.5'],
    ],
    '10.0.0.1': [['fa:16:3e:00:00:09', '172.16.0.9']],
  });
  assert.deepEqual(forwarding.add(told), [NET]);
  assert.deepEqual(forwarding.add({ other: told[NET]! }), []);
  assert.deepEqual(forwarding.plan(NET, [], false), [
    `fdb append ${FLOOD} dev vxlan-7 dst 10.0.0.2`,
    `fdb replace ${M} dev vxlan-7 dst 10.0.0.2`,
  ]);
  assert.deepEqual(forwarding.plan(NET, [kernel(FLOOD, '10.0.0.2'), kernel(M, '10.0.0.2')], true), []);
  assert.deepEqual(forwarding.plan(NET, [kernel(FLOOD, '10.0.0.2'), kernel(M, '10.0.0.2', false)], true), [
    `fdb replace ${M} dev vxlan-7 dst 10.0.0.2`,
  ]);
});

test('what the kernel learnt of a port that has gone is left to age, and nobody misses it', () => {
  const forwarding = start();
  const gone = entries({ '10.0.0.2': [['fa:16:3e:00:00:02', '172.16.0.6']] });
  forwarding.add(entries({ '10.0.0.2': [[M, '172.16.0.5']] }));
  forwarding.add(gone);
  forwarding.remove(gone);
  // Its last packet came after the message that it went: the kernel has learnt the MAC anew.
  const learnt = kernel('fa:16:3e:00:00:02', '10.0.0.2', false);
  assert.deepEqual(forwarding.plan(NET, [learnt, kernel(M, '10.0.0.2')], true), []);
  assert.deepEqual(forwarding.plan(NET, [kernel(M, '10.0.0.2')], true), []);
  assert.deepEqual(forwarding.plan(NET, [learnt], true), [`fdb replace ${M} dev vxlan-7 dst 10.0.0.2`]);
});

test('a MAC that moves is where the newest addition says, in whatever order the messages come', () => {
  for (const late of [true, false]) {
    const forwarding = start();
    forwarding.add(entries({ '10.0.0.2': [[M, '172.16.0.5']] }));
    const steps = [
      () => forwarding.remove(entries({ '10.0.0.2': [[M, '172.16.0.5']] })),
      () => forwarding.add(entries({ '10.0.0.3': [[M, '172.16.0.5']] })),
    ];
    for (const step of late ? steps.toReversed() : steps) step();
    assert.deepEqual(forwarding.plan(NET, [], true), [`fdb replace ${M} dev vxlan-7 dst 10.0.0.3`]);
    assert.deepEqual(forwarding.planNeighbours(NET, [], true), [
      `neigh replace 172.16.0.5 lladdr ${M} dev vxlan-7 nud permanent`,
    ]);
  }
});

test('a removed port loses its MAC and all its addresses, a removed host what is flooded to it', () => {
  const forwarding = start();
  const told = entries({
    '10.0.0.2': [
      [FLOOD, '0.0.0.0'],
      [M, '172.16.0.5'],
      [M, 'fd00::5'],
    ],
  });
  forwarding.add(told);
  forwarding.remove(told);
  assert.deepEqual(forwarding.plan(NET, [kernel(FLOOD, '10.0.0.2'), kernel(M, '10.0.0.2')], true), [
    `fdb del ${FLOOD} dev vxlan-7 dst 10.0.0.2`,
    `fdb del ${M} dev vxlan-7 dst 10.0.0.2`,
  ]);
  const neighbours = [{ address: 'fd00::5', device: 'vxlan-7', mac: M, permanent: true }];
  assert.deepEqual(forwarding.planNeighbours(NET, neighbours, true), ['neigh del fd00::5 dev vxlan-7']);
});

test('after a restart nothing goes before the table is told; then what it does not name', () => {
  const forwarding = start();
  const left = [kernel(FLOOD, '10.0.0.8'), kernel(M, '10.0.0.8'), kernel('fa:16:3e:00:00:02', '10.0.0.2')];
  assert.deepEqual(forwarding.plan(NET, left, true), []);
  forwarding.add(entries({ '10.0.0.2': [[M, '172.16.0.5']] }));
  assert.deepEqual(forwarding.plan(NET, left, false), [`fdb replace ${M} dev vxlan-7 dst 10.0.0.2`]);
  assert.deepEqual(forwarding.plan(NET, left, true), [
    `fdb replace ${M} dev vxlan-7 dst 10.0.0.2`,
    `fdb del ${FLOOD} dev vxlan-7 dst 10.0.0.8`,
    'fdb del fa:16:3e:00:00:02 dev vxlan-7 dst 10.0.0.2',
  ]);
  forwarding.restart(NET);
  assert.deepEqual(forwarding.plan(NET, left, true), []);
});

test('changed addresses change who is answered for, not where MACs are', () => {
  const forwarding = start();
  forwarding.add(entries({ '10.0.0.2': [[M, '172.16.0.5']] }));
  const touched = forwarding.change({
    chg_ip: { [NET]: { '10.0.0.2': { before: [[M, '172.16.0.5']], after: [[M, '172.16.0.6']] } }, other: {} },
  });
  assert.deepEqual(touched, [NET]);
  assert.deepEqual(forwarding.planNeighbours(NET, [], true), [
    `neigh replace 172.16.0.6 lladdr ${M} dev vxlan-7 nud permanent`,
  ]);
});

test('what two answers in a row do not name is forgotten; what is newer than an answer stays', () => {
  const forwarding = start();
  const [gone, there, fresh] = ['01', '02', '03'].map((end) => `fa:16:3e:00:00:${end}`) as [
    string,
    string,
    string,
  ];
  const of = (mac: string): FdbEntry => [mac, `172.16.0.${Number(mac.slice(-2))}`];
  const flood: FdbEntry = [FLOOD, '0.0.0.0'];
  const answer = (...list: FdbEntry[]) => {
    const round = forwarding.expect(NET);
    forwarding.add(entries({ '10.0.0.2': list }));
    forwarding.add(entries({ '10.0.0.1': [flood] }));
    return forwarding.conclude(NET, round);
  };
  const known = () =>
    forwarding.plan(NET, [], false).map((line) => line.replace(/fdb \S+ (\S+) .*dst (\S+)/, '$1 $2'));
  forwarding.add(entries({ '10.0.0.2': [flood, of(gone), of(there)], '10.0.0.3': [flood] }));
  assert.deepEqual(answer(flood, of(there)), { forgotten: 0, suspected: 3 });
  forwarding.add(entries({ '10.0.0.2': [of(fresh)] }));
  assert.deepEqual(answer(flood, of(there)), { forgotten: 3, suspected: 2 });
  assert.deepEqual(known(), [`${FLOOD} 10.0.0.2`, `${there} 10.0.0.2`, `${fresh} 10.0.0.2`]);
  assert.deepEqual(answer(flood, of(there), of(fresh)), { forgotten: 0, suspected: 0 });
  assert.equal(known().length, 3);
});

test('nothing is forgotten for an answer that did not come, nor for one that another question overtook', () => {
  const forwarding = start();
  forwarding.add(entries({ '10.0.0.2': [[M, '172.16.0.5']] }));
  for (let times = 0; times < 3; times++)
    assert.equal(forwarding.conclude(NET, forwarding.expect(NET)), undefined);
  const overtaken = forwarding.expect(NET);
  const round = forwarding.expect(NET);
  forwarding.add(entries({ '10.0.0.1': [[FLOOD, '0.0.0.0']] }));
  assert.equal(forwarding.conclude(NET, overtaken), undefined);
  assert.deepEqual(forwarding.conclude(NET, round), { forgotten: 0, suspected: 2 });
});

test('an answer is waited for until it comes, or until a restart or another question makes it void', () => {
  const forwarding = start();
  const answer = () => forwarding.add(entries({ '10.0.0.1': [[FLOOD, '0.0.0.0']] }));
  const late = forwarding.expect(NET);
  assert.equal(forwarding.awaits(NET, late), true);
  answer();
  assert.equal(forwarding.awaits(NET, late), false);
  assert.notEqual(forwarding.conclude(NET, late), undefined);
  const before = forwarding.expect(NET);
  answer();
  forwarding.restart(NET);
  assert.deepEqual([forwarding.awaits(NET, before), forwarding.conclude(NET, before)], [false, undefined]);
  const [overtaken, now] = [forwarding.expect(NET), forwarding.expect(NET)];
  assert.deepEqual([forwarding.awaits(NET, overtaken), forwarding.awaits(NET, now)], [false, true]);
});

test('an answer that names nobody lets go what was there before a restart', () => {
  const forwarding = start();
  const left = [kernel(M, '10.0.0.2'), kernel(FLOOD, '10.0.0.2')];
  assert.deepEqual(forwarding.plan(NET, left, true), []);
  const round = forwarding.expect(NET);
  forwarding.add(entries({ '10.0.0.1': [[FLOOD, '0.0.0.0']] }));
  forwarding.conclude(NET, round);
  assert.deepEqual(forwarding.plan(NET, left, true), [
    `fdb del ${M} dev vxlan-7 dst 10.0.0.2`,
    `fdb del ${FLOOD} dev vxlan-7 dst 10.0.0.2`,
  ]);
});

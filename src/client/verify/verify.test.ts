import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { overlaps, parseCidr } from '../../net/cidr.ts';
import type { Probed } from '../../rpc/probes.ts';
import { judgeLease, judgeMetadata } from './hostTests.ts';
import { isOver, labelOf } from './label.ts';
import { type Line, lineText, summary } from './line.ts';
import { play } from './play.ts';
import type { Test } from './sending.ts';
import type { ProbePort } from './stage.ts';
import { freeBlock } from './stageNetwork.ts';

describe('whose objects are left over', () => {
  const now = new Date('2026-11-27T09:00:00Z');
  const made = labelOf(now, 'controller', 4711);
  const later = (minutes: number) => now.getTime() + minutes * 60_000;
  const cases: [string, string, number, boolean, boolean][] = [
    ['made here, and its process lives', made, 1, true, false],
    ['made here, and its process is gone', made, 1, false, true],
    ['made on another host a minute ago', labelOf(now, 'compute', 1), 1, false, false],
    ['made on another host long ago', labelOf(now, 'compute', 1), 16, true, true],
    ['none of ours', 'my network', 99, false, false],
  ];
  for (const [what, label, minutes, lives, over] of cases)
    test(what, () =>
      assert.equal(
        isOver(label, later(minutes), 'controller', () => lives),
        over,
      ),
    );
});

describe('a range for a network of our own', () => {
  test('it overlaps nothing that is there', () => {
    const taken = ['10.0.0.0/8', '198.18.0.0/24', '198.18.1.0/25', 'fd00::/8'];
    const free = freeBlock(taken, 0);
    assert.equal(free, '198.18.2.0/24');
    assert.ok(!taken.some((one) => overlaps(parseCidr(one)!, parseCidr(free)!)));
  });
  test('the search goes round', () => assert.equal(freeBlock(['198.19.255.0/24'], 511), '198.18.0.0/24'));
  test('there may be none', () => assert.throws(() => freeBlock(['198.18.0.0/15']), /Name one by --network/));
});

describe('what an answer for metadata proves', () => {
  const answered = (status: number): Probed => ({
    result: 'pass',
    evidence: ['seen'],
    measured: { status, text: '' },
  });
  const cases: [number, string | undefined][] = [
    [200, undefined],
    [404, undefined],
    [403, 'metadata_refused'],
    [503, 'metadata_agent_silent'],
    [500, 'metadata_fails'],
  ];
  for (const [status, code] of cases)
    test(`${status}: ${code ?? 'the way is open'}`, () => {
      const { result, finding } = judgeMetadata(answered(status), 'compute');
      assert.deepEqual([result, finding?.code], [code === undefined ? 'pass' : 'fail', code]);
    });
  test('no answer', () => {
    const silent: Probed = { result: 'fail', evidence: ['timeout'], measured: {} };
    assert.equal(judgeMetadata(silent, 'compute').finding?.code, 'metadata_unanswered');
    const unknown: Probed = { result: 'not checked', evidence: ['no agent'], measured: {} };
    assert.deepEqual(judgeMetadata(unknown, 'compute'), { result: 'not checked', evidence: ['no agent'] });
  });
});

describe('what a lease must be', () => {
  const lease = (more: Probed['measured']): Probed => ({
    result: 'pass',
    evidence: ['seen'],
    measured: { servers: ['10.0.0.2'], address: '10.0.0.9', mtu: 1450, ...more },
  });
  const cases: [string, Probed['measured'], string | undefined][] = [
    ['as the port', {}, undefined],
    ['with a smaller MTU', { mtu: 1400 }, undefined],
    ['with a larger MTU', { mtu: 1500 }, 'lease_differs'],
    ['with another address', { address: '10.0.0.10' }, 'lease_differs'],
    ['while a stranger offers one as well', { servers: ['10.0.0.2', '10.0.0.254'] }, 'lease_of_stranger'],
  ];
  for (const [what, more, code] of cases)
    test(what, () => {
      const outcome = judgeLease(lease(more), { host: 'h', address: '10.0.0.9' }, 'net', 1450, ['10.0.0.2']);
      assert.equal(outcome.finding?.code, code);
    });
  test('without an MTU, on a network that takes less than usual', () => {
    const { mtu: _, ...measured } = lease({}).measured;
    const untold = { ...lease({}), measured };
    const on = (mtu: number) =>
      judgeLease(untold, { host: 'h', address: '10.0.0.9' }, 'net', mtu, ['10.0.0.2']);
    assert.deepEqual([on(1500).result, on(1450).finding?.code], ['pass', 'lease_differs']);
  });
});

describe('playing tests', () => {
  const port = (id: string) => ({ id }) as ProbePort;
  const one = (check: string, run: Test['run'], ...ports: ProbePort[]): Test => ({
    check,
    from: 'here',
    ports,
    about: [],
    run,
  });
  const passes = async () => ({ result: 'pass' as const, evidence: [] });

  test('they are told in their order; what throws or has no port is not checked', async () => {
    const told: string[] = [];
    const tests = [
      one('slow', async () => {
        await sleep(30);
        return passes();
      }),
      one('throws', async () => {
        throw new Error('no server');
      }),
      one('useless', passes, port('p')),
      one('quick', passes),
    ];
    const unusable = ({ ports }: Test) => (ports.length > 0 ? 'not plugged in' : undefined);
    const tested = await play(tests, unusable, ({ line }) => told.push(`${line.check}: ${line.result}`));
    assert.deepEqual(told, ['slow: pass', 'throws: not checked', 'useless: not checked', 'quick: pass']);
    assert.deepEqual(
      tested.map(({ line }) => line.evidence),
      [[], ['no server'], ['not plugged in'], []],
    );
  });

  test('six at a time', async () => {
    let running = 0;
    let most = 0;
    const tests = Array.from({ length: 20 }, () =>
      one('test', async () => {
        running += 1;
        most = Math.max(most, running);
        await sleep(5);
        running -= 1;
        return passes();
      }),
    );
    await play(
      tests,
      () => undefined,
      () => {},
    );
    assert.equal(most, 6);
  });
});

test('lines and their sum, as a terminal shows them', () => {
  const line = (result: Line['result'], more: Partial<Line> = {}): Line => ({
    check: 'DHCP',
    from: 'compute',
    result,
    evidence: ['seen', 'twice'],
    seconds: 0.26,
    ...more,
  });
  assert.equal(lineText(line('pass')), '✔ DHCP: compute: seen; twice (0.3 s)');
  assert.equal(
    lineText(line('fail', { to: 'controller' })),
    '✘ DHCP: compute → controller: seen; twice (0.3 s)',
  );
  assert.equal(lineText(line('not checked')), '– DHCP: compute: seen; twice');
  assert.equal(summary([line('pass'), line('pass')], 2.44), '2 passed in 2.4 s');
  assert.equal(summary([line('fail'), line('not checked')], 3), '0 passed, 1 failed, 1 not checked in 3.0 s');
});

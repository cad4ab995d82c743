import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driftFdb } from '../../health/catalogue/drift.ts';
import { brNetfilterMissing } from '../../health/catalogue/kernel.ts';
import type { Finding } from '../../health/finding.ts';
import { missing } from '../../linux/difference.ts';
import { recordingLog } from '../../testing/recordingLog.ts';
import { until } from '../../testing/until.ts';
import { createComparing } from './comparing.ts';
import type { Drift } from './drift.ts';

/** Comparisons of one thing, whose looks a test gives: how many entries are missing in each. */
function setUp(
  looks: number[],
  { everySeconds = 3600, heals = true, host = [] as (readonly Finding[])[] } = {},
) {
  const log = recordingLog();
  const seen: number[] = [];
  let healings = 0;
  const drift = (count: number): Drift => ({
    problem: driftFdb,
    subject: { resource: 'network', id: 'n1' },
    differences: [...Array(count).keys()].map((at) => missing(`fdb ${at}`)),
    async heal() {
      healings += 1;
    },
  });
  const comparing = createComparing({
    log,
    host: 'here',
    everySeconds,
    ready: () => true,
    findings: async () => host.shift() ?? [],
    async look() {
      const count = healings > 0 && heals ? 0 : (looks.shift() ?? 0);
      seen.push(count);
      return { complete: true, compared: { fdb: 2 }, drift: count > 0 ? [drift(count)] : [] };
    },
  });
  return { log, comparing, seen, healings: () => healings };
}

test('what is seen twice is told with its evidence, healed, and looked for again', async () => {
  const { log, comparing, seen, healings } = setUp([1, 1]);
  const found = await comparing.compare(true);
  assert.deepEqual(seen, [1, 1, 0]);
  assert.equal(healings(), 1);
  assert.equal(found.healed, true);
  assert.deepEqual(found.compared, { fdb: 2 });
  const [finding] = found.drift;
  assert.equal(
    finding?.text,
    'forwarding entries of network n1 are no longer as the agent had set them: 1 missing',
  );
  assert.deepEqual(finding?.evidence, ['missing: fdb 0']);
  assert.equal(finding?.host, 'here');
  assert.match(log.lines('warning').join(), /\[drift_fdb\] \(missing: fdb 0\)/);
  assert.equal(comparing.last, found);
  const after = await comparing.compare(false);
  assert.deepEqual([comparing.last, comparing.lastDrift], [after, found]);
  comparing.close();
});

test('what is gone at the second look was work under way', async () => {
  const { log, comparing, healings } = setUp([1, 0]);
  const { drift, healed } = await comparing.compare(true);
  assert.deepEqual([drift, healed, healings(), log.lines('warning')], [[], true, 0, []]);
  comparing.close();
});

test('without healing nothing is changed', async () => {
  const { comparing, healings } = setUp([1, 1]);
  const { drift, healed } = await comparing.compare(false);
  assert.deepEqual([drift.length, healed, healings()], [1, false, 0]);
  comparing.close();
});

test('what cannot be healed is told once, not every time', async () => {
  const { log, comparing } = setUp(Array(9).fill(1), { heals: false });
  for (let times = 0; times < 3; times++) assert.equal((await comparing.compare(true)).healed, false);
  assert.equal(log.lines('warning').length, 1);
  comparing.close();
});

test('an agent compares and heals by itself, now and then', async () => {
  const { comparing, healings } = setUp([1, 1], { everySeconds: 0.05 });
  await until('it has healed', async () => comparing.lastDrift?.healed === true);
  assert.equal(healings(), 1);
  comparing.close();
});

test('of very many objects the first are named', async () => {
  const { comparing } = setUp([30, 30]);
  const { drift } = await comparing.compare(false);
  assert.equal(drift[0]?.evidence.length, 21);
  assert.equal(drift[0]?.evidence.at(-1), 'and 10 more');
  comparing.close();
});

test('what is wrong with the host is told when it comes and when it is gone', async () => {
  const finding = brNetfilterMissing.found({});
  const { log, comparing } = setUp([], { everySeconds: 0.005, host: [[], [finding], [finding], []] });
  await until('it is gone', async () => log.lines('info').length > 0);
  comparing.close();
  assert.equal(log.lines('warning').length, 1);
  assert.match(log.lines('warning')[0]!, /br_netfilter is not loaded.*\[br_netfilter_missing\]$/);
  assert.match(log.lines('info')[0]!, /^No longer: .*br_netfilter is not loaded/);
});

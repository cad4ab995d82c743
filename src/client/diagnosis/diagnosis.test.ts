import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Dict } from '../python/value.ts';
import { type FakeCloud, startFakeCloud } from '../testing/fakeCloud.ts';
import { type Outcome, runNeutron, userEnvironment } from '../testing/run.ts';

let cloud: FakeCloud;
before(async () => {
  cloud = await startFakeCloud();
});
beforeEach(() => cloud.reset());
after(() => cloud.close());

const run = (line: string): Promise<Outcome> => runNeutron(line.split(' '), userEnvironment(cloud));
/** Standard error without the line that is always there. */
const said = ({ stderr }: Outcome): string => stderr.slice(stderr.indexOf('\n') + 1);

const finding = (more: Dict = {}): Dict => ({
  code: 'agent_dead',
  title: 'Agent has stopped reporting',
  severity: 'error',
  text: 'no live L3 agent on controller',
  cause: 'it died.',
  fix: 'start it',
  host: 'controller',
  evidence: ['last heard 3 min ago'],
  ...more,
});
const network = '00000001-0000-4000-8000-000000000001';
const router = '00000004-0000-4000-8000-000000000001';
const agent = '00000007-0000-4000-8000-000000000001';
const floating = '00000008-0000-4000-8000-000000000001';

test('what is wrong with an object follows its table on standard error; the table and the status stay', async () => {
  const shows = {
    [network]: 'net-show private',
    [router]: 'router-show router -f json',
    [floating]: `floatingip-show ${floating}`,
  };
  for (const [id, line] of Object.entries(shows)) {
    cloud.reset();
    const plain = await run(line);
    cloud.offer({ diagnoses: { [id]: { result: 'fail', problems: [finding()] } } });
    const told = await run(line);
    assert.equal(said(plain), '');
    assert.equal(said(told), 'no live L3 agent on controller. Start it [agent_dead]\n');
    assert.deepEqual([told.status, told.stdout], [0, plain.stdout]);
  }
});

test('of an object that is well nothing is said, nor by a server that does not tell', async () => {
  cloud.offer({ diagnoses: { [network]: { result: 'pass', problems: [] } } });
  assert.equal(said(await run('net-show private')), '');
  assert.equal(said(await run('subnet-show six')), '');
  assert.equal(cloud.received.filter(({ path }) => path.startsWith('v2.0/extensions')).length, 0);
});

test('what is only worth knowing is not told, nor what is new while the object is being set up', async () => {
  const told = [
    finding({ text: 'it is down for good' }),
    finding({ severity: 'warning', code: 'network_without_subnet', text: 'it has no subnet' }),
    finding({ code: 'network_without_dhcp_agent', text: 'it has no DHCP agent' }),
    finding({ severity: 'info', text: 'it could be better' }),
  ];
  const lines = async (line: string, id: string) => {
    cloud.reset();
    cloud.offer({ diagnoses: { [id]: { result: 'fail', problems: told } } });
    return said(await run(line))
      .split('. Start it [')
      .slice(0, -1)
      .map((text) => text.split('\n').at(-1));
  };
  assert.deepEqual(await lines('net-show private', network), [
    'it is down for good',
    'it has no subnet',
    'it has no DHCP agent',
  ]);
  const now = new Date().toISOString();
  const made = 'ffffffff-0000-4000-8000-000000000001';
  assert.deepEqual(await lines(`net-create new --updated_at ${now}`, made), ['it is down for good']);
});

test('agent-show tells the last comparison, what was healed, and how far a resync is', async () => {
  const drift = [finding({ text: 'compute lacked 1 fdb entry', evidence: ['fa:16:3e:00:00:01'] })];
  const lastDrift = { at: '2026-11-27T07:00:00Z', seconds: 0.2, compared: {}, drift, healed: true };
  const self = {
    comparison: {
      at: '2026-11-27T08:00:00Z',
      seconds: 0.2,
      compared: { fdb: 12, chain: 40 },
      drift: [],
      healed: true,
    },
    lastDrift,
    resync: { done: 3, total: 9 },
    waiting: 1,
    failing: [{ item: 'tap1', error: 'no such bridge', failures: 2 }],
    findings: [],
  };
  cloud.offer({ diagnoses: { [agent]: { problems: [], self } } });
  assert.equal(
    said(await run(`agent-show ${agent}`)),
    'Agent: Last compared with the kernel at 2026-11-27T08:00:00Z (12 fdb, 40 chain): ' +
      'nothing differed. Last difference at 2026-11-27T07:00:00Z: compute lacked 1 fdb entry: fa:16:3e:00:00:01; ' +
      'healed. Full resync: 3 of 9 done. 1 item to be applied. ' +
      'tap1 failed 2 times: no such bridge.\n',
  );
  const idle = { comparison: null, lastDrift: null, resync: null, waiting: 0, failing: [], findings: [] };
  cloud.offer({ diagnoses: { [agent]: { problems: [], self: idle } } });
  assert.equal(
    said(await run(`agent-show ${agent}`)),
    'Agent: Not compared with the kernel yet. No full resync under way. 0 items to be applied.\n',
  );
});

test('diagnose prints paragraphs, what is not applied and what was checked, and fails when something is wrong', async () => {
  const diagnosis: Dict = {
    resource: 'router',
    id: router,
    result: 'fail',
    waiting_for: [{ what: 'to apply it', host: 'controller', agent_type: 'L3 agent' }],
    checks: [
      { check: 'its L3 agent lives', result: 'fail' },
      { check: 'gateway', result: 'pass', evidence: ['192.0.2.7 on public'] },
      { check: 'namespace', result: 'not checked', why: 'the agent does not answer' },
    ],
    problems: [finding()],
  };
  cloud.offer({ diagnoses: { [router]: diagnosis } });
  const told = await run('diagnose router router');
  assert.deepEqual(told.stdout.split('\n'), [
    'router router: fail',
    '',
    'ERROR agent_dead on controller: no live L3 agent on controller',
    '  why:  it died.',
    '  seen: last heard 3 min ago',
    '  fix:  start it',
    '',
    'Not applied yet:',
    '  L3 agent on controller: to apply it',
    '',
    'Checked:',
    '  fail: its L3 agent lives',
    '  pass: gateway: 192.0.2.7 on public',
    '  not checked: namespace: the agent does not answer',
    '',
  ]);
  assert.deepEqual([told.status, said(told)], [1, 'router router has 1 problem.\n']);
  const asJson = await run('diagnose router router -f json');
  assert.deepEqual(JSON.parse(asJson.stdout), diagnosis);
  const { status, stderr } = await run('diagnose load-balancer x');
  assert.equal(status, 2);
  assert.match(stderr, /argument RESOURCE: invalid choice: 'load-balancer'/);
});

test('diagnose of an object that is well succeeds', async () => {
  cloud.offer({ diagnoses: { [network]: { result: 'pass', checks: [], waiting_for: [], problems: [] } } });
  const { status, stdout } = await run('diagnose network private');
  assert.deepEqual({ status, stdout }, { status: 0, stdout: 'network private: pass\n' });
});

test('problem-list is a table like others; a server without problems of its own to tell is named', async () => {
  const { host: _, ...everywhere } = finding({ code: 'broker_unreachable', text: 'no broker' });
  cloud.offer({ problems: [everywhere, finding()] });
  const { stdout } = await run('problem-list -f value');
  assert.equal(
    stdout,
    'error broker_unreachable  no broker\nerror agent_dead controller no live L3 agent on controller\n',
  );
  assert.match((await run('problem-list')).stdout, /^\+-.*\n\| severity \| code {15}\| host {7}\| text/);
  cloud.offer({});
  const none = await run('problem-list');
  assert.deepEqual([none.status, said(none)], [0, 'Nothing is wrong, as far as the server knows.\n']);
  cloud.reset();
  const { status, stderr } = await run('problem-list');
  assert.equal(status, 1);
  assert.match(stderr, /problem-list: this server has no diagnosis \(nts-diagnosis\)\.\n$/);
});

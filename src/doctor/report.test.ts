import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mappedNicDown, oneNicForAll } from '../health/catalogue/nics.ts';
import { failing, notChecked, pass } from '../health/checks.ts';
import { wrap } from '../health/render.ts';
import { daemonOf, runningDaemons } from './daemons.ts';
import { fix } from './fix.ts';
import { exitStatus, reportLines, reportOf } from './report.ts';

const checked = (check: string, outcome: ReturnType<typeof pass>) => ({ check, seconds: 0, ...outcome });
const args = { physicalNetwork: 'public', device: 'eno1' };
const down = mappedNicDown.found(args, { host: 'compute', evidence: ['eno1 is DOWN'] });
const remark = oneNicForAll.found({ device: 'eno1' }, { host: 'compute' });
const plain = { all: false, width: 72, colour: false };

test('a report begins with what is wrong, and no line of prose is wider than the terminal', () => {
  const report = reportOf([
    checked('first', pass('seen')),
    checked('second', notChecked('it needs root')),
    checked('third', failing([remark, down])),
  ]);
  const lines = reportLines(report, plain);
  assert.match(lines[0]!, /^ERROR mapped_nic_down on compute: eno1, to which/);
  assert.ok(lines.some((line) => line.includes('not checked second: it needs root')));
  assert.ok(
    lines.some((line) => line.startsWith('remark one_nic_for_all: eno1')),
    'remarks follow when something is wrong',
  );
  assert.equal(lines.at(-1), '1 error; 3 checks: 1 passed, 1 not checked; 1 remark (--all)');
  assert.deepEqual(
    lines.filter((line) => line.length > 72 && !/^ {2}(run|seen): /.test(line)),
    [],
  );
  assert.equal(exitStatus(report), 1);
});

test('remarks alone are not wrong, and are told when asked for', () => {
  const report = reportOf([checked('only', failing([remark]))]);
  assert.equal(exitStatus(report), 0);
  assert.deepEqual(reportLines(report, plain), [
    'nothing is wrong; 1 checks: 0 passed, 0 not checked; 1 remark (--all)',
  ]);
  assert.match(reportLines(report, { ...plain, all: true })[0]!, /^INFO one_nic_for_all/);
});

test('colour is only for terminals', () => {
  const report = reportOf([checked('only', failing([down]))]);
  assert.ok(!reportLines(report, plain).join().includes('\x1b'));
  assert.ok(reportLines(report, { ...plain, colour: true })[0]!.startsWith('\x1b[31mERROR\x1b[0m '));
});

test('a long word stays whole', () => {
  assert.deepEqual(wrap('aa bb cc', 2, 5), ['aa bb', '  cc']);
  assert.deepEqual(wrap('a-word-that-is-longer than', 2, 5), ['a-word-that-is-longer', '  than']);
});

test("only what is safe, and this host's, is run; what is shown comes before it", async () => {
  const said: string[] = [];
  const safe = { ...down, command: 'exit 3' };
  const elsewhere = { ...safe, host: 'controller' };
  const { safe: _, ...unsafe } = safe;
  const fixed = await fix([unsafe, elsewhere, safe], {
    host: 'compute',
    root: true,
    yes: true,
    say: (line) => said.push(line),
    ask: undefined,
  });
  assert.deepEqual(fixed, [{ code: down.code, command: 'exit 3', result: 'failed', why: 'exit code 3' }]);
  assert.deepEqual(said, [`${down.code}: ${down.text}`, '  exit 3', '  failed: exit code 3']);
});

test('nothing is run without a yes', async () => {
  const run = (answer: boolean | undefined) =>
    fix([{ ...down, command: 'exit 3' }], {
      host: 'compute',
      root: true,
      yes: false,
      say: () => {},
      ask: answer === undefined ? undefined : async () => answer,
    });
  assert.equal((await run(undefined))[0]!.result, 'not run');
  assert.equal((await run(false))[0]!.result, 'not run');
  assert.equal((await run(true))[0]!.result, 'failed');
});

test("daemons are known by their command lines, ours and Python's", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    [
      '/opt/n/bin/../node_modules/.bin/node --disable-warning=X /opt/n/bin/../src/server/main.ts --config-file=x',
      'neutron-server neutron-ts',
    ],
    ['node /opt/n/src/agents/l3/main.ts', 'neutron-l3-agent neutron-ts'],
    [
      '/usr/bin/python3 /usr/bin/neutron-linuxbridge-agent --config-file=x',
      'neutron-linuxbridge-agent Python',
    ],
    [
      'neutron-server: api worker (/usr/bin/python3.11 /usr/bin/neutron-server --config-file=x)',
      'neutron-server Python',
    ],
    [
      'neutron-l3-agent (/usr/bin/python3 /usr/bin/neutron-l3-agent --config-file=x)',
      'neutron-l3-agent Python',
    ],
    [
      '/usr/bin/uwsgi_python311 --http-socket :9696 --ini /etc/neutron/neutron-api-uwsgi.ini --pyargv --config-file=x',
      'neutron-server Python neutron-api',
    ],
    [
      'neutron-server: rpc worker (/usr/bin/python3 /usr/bin/neutron-rpc-server --config-file=x)',
      'neutron-server Python neutron-rpc-server',
    ],
    ['/usr/bin/uwsgi_python311 --http-socket :5000 --ini /etc/keystone/keystone-uwsgi.ini', undefined],
    ['/usr/bin/python3 /usr/bin/neutron-rootwrap-daemon /etc/neutron/rootwrap.conf', undefined],
    ['tail -f /var/log/neutron/neutron-l3-agent.log', undefined],
    ['vim /opt/n/README.md', undefined],
  ];
  for (const [line, expected] of cases) {
    const found = daemonOf(line.split(' '));
    assert.equal(found && [found.program, found.kind, found.part].join(' ').trim(), expected, line);
  }
});

test('workers of a daemon do not count as another one', () => {
  const words = ['node', '/opt/n/src/server/main.ts'];
  const one = { user: 0, name: 'node', words, started: 0 };
  const found = runningDaemons([
    { ...one, pid: 10, parent: 1 },
    { ...one, pid: 11, parent: 10 },
    { ...one, pid: 20, parent: 1 },
  ]);
  assert.deepEqual(
    found.map(({ process }) => process.pid),
    [10, 20],
  );
});

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { run } from '../linux/process.ts';
import { dropInPath } from './dropIn.ts';
import { back, type Host, implementationOf, type Manager, swap } from './swap.ts';
import { argumentsFor, type Unit } from './unit.ts';

let root = '';
const said: string[] = [];

const file = (path: string, text: string, mode = 0o644) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  chmodSync(join(root, path), mode);
};

/** A systemd that keeps processes as numbers; `dies`: what runs ours ends at once. */
const fakeManager = (dies: boolean) => {
  const pids = new Map<Unit, number>();
  const restarts: string[] = [];
  const text = (unit: Unit) => {
    const path = join(root, dropInPath(unit));
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const manager: Manager = {
    reload: async () => {},
    restart: async (unit) => {
      restarts.push(text(unit));
      pids.set(unit, dies && text(unit).includes('ExecStart=') ? 0 : restarts.length);
    },
    mainProcess: async (unit) => pids.get(unit) ?? 0,
    lastWords: async () => 'no broker at all',
  };
  return { manager, restarts };
};

const host = (manager?: Manager): Host => ({
  root,
  bin: '/opt/neutron-ts/bin',
  watchSeconds: 1,
  say: (line) => void said.push(line),
  ...(manager ? { manager } : {}),
});

const L3 = 'neutron-l3-agent';
const dropIn = (unit: Unit = L3) => readFileSync(join(root, dropInPath(unit)), 'utf8');

beforeEach(() => {
  root = mkdtempSync('/run/neutron-swap-');
  said.length = 0;
  file('etc/neutron/neutron.conf', '[DEFAULT]\ndebug = False\n');
  file(
    'lib/systemd/system/neutron-l3-agent.service',
    '[Unit]\nDescription=L3\n[Service]\nUser=root\nExecStart=/etc/init.d/neutron-l3-agent systemd-start\n',
  );
  file(
    'etc/init.d/neutron-l3-agent',
    `#!/bin/sh\n[ "$1" = show-args ] && echo /usr/bin/neutron-l3-agent --config-file=${root}/etc/neutron/neutron.conf --log-file=/var/log/neutron/neutron-l3-agent.log\n`,
    0o755,
  );
});
afterEach(() => rmSync(root, { recursive: true }));

test('ours gets the arguments that Debian’s init script gives Python’s, as root, and systemd takes the unit', async () => {
  await swap(L3, host());
  assert.match(
    dropIn(),
    /^ExecStart=\+\/opt\/neutron-ts\/bin\/neutron-l3-agent --config-file=\S+neutron\.conf --log-file=\/var\/log\/neutron\/neutron-l3-agent\.log$/m,
  );
  assert.match(dropIn(), /^KillMode=process$/m);
  assert.equal(implementationOf(L3, host()), 'neutron-ts');
  // The programs that it starts need not be there, nor Debian's own.
  file('etc/init.d/neutron-l3-agent', '', 0o755);
  const path = ['/etc/systemd/system', '/lib/systemd/system'].map((place) => `${root}${place}`).join(':');
  const { stderr } = await run(['systemd-analyze', 'verify', '--recursive-errors=no', `${L3}.service`], {
    env: { ...process.env, SYSTEMD_UNIT_PATH: `${path}:` } as Record<string, string>,
    allowed: [0, 1],
  });
  const complaints = stderr.split('\n').filter((line) => line !== '' && !/is not executable/.test(line));
  assert.deepEqual(
    complaints.filter((line) => /neutron/.test(line)),
    [],
  );
});

test('going back leaves the unit as it was, and guests are served meanwhile', async () => {
  const { manager, restarts } = fakeManager(false);
  await swap(L3, host(manager));
  await back(L3, host(manager));
  assert.equal(existsSync(dirname(join(root, dropInPath(L3)))), false);
  assert.equal(implementationOf(L3, host()), 'Python');
  assert.equal(restarts[1], '[Service]\nKillMode=process\n');
});

test('ours that ends at once is replaced by Python’s again, and the reason is told', async () => {
  const { manager, restarts } = fakeManager(true);
  await assert.rejects(swap(L3, host(manager)), /Python's runs again.*\n.*no broker at all/);
  assert.equal(restarts.length, 2);
  assert.equal(implementationOf(L3, host()), 'Python');
});

test('a configuration that would not do stops it before anything is touched', async () => {
  file('etc/neutron/neutron.conf', '[DEFAULT]\nrpc_workers = many\n');
  const { manager, restarts } = fakeManager(false);
  await assert.rejects(swap(L3, host(manager)), /left as it is.*\n.*neutron\.conf:2 .*rpc_workers/);
  assert.deepEqual(restarts, []);
  assert.equal(existsSync(join(root, dropInPath(L3))), false);
});

test('the API under uwsgi: its files; TLS of uwsgi is refused', () => {
  const files = [
    '--config-file=/etc/neutron/neutron.conf',
    '--config-file=/etc/neutron/plugins/ml2/ml2_conf.ini',
  ];
  const start = ['/usr/bin/uwsgi_python311', '--http-socket', ':9696', '--pyargv', files.join(' ')];
  assert.deepEqual(argumentsFor('neutron-api', start), [
    ...files,
    '--log-file=/var/log/neutron/neutron-api.log',
  ]);
  const secure = start.with(1, '--https-socket');
  assert.throws(() => argumentsFor('neutron-api', secure), /use_ssl/);
});

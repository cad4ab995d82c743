import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { configOf } from '../config/load.ts';
import { reportNotices } from './notices.ts';
import { openLog } from './open.ts';
import { thresholds } from './threshold.ts';

const directory = mkdtempSync(join(tmpdir(), 'neutron-log-'));
after(() => rmSync(directory, { recursive: true }));

const texts = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^.* \d+ (?=[A-Z])/, ''));

const open = (options: string) =>
  openLog(configOf(`[DEFAULT]\n${options}`), { program: 'neutron-dhcp-agent' });

test('writes to log_file in log_dir, at INFO, under modules’ names', () => {
  const log = open(`log_dir = ${directory}/deep\nlog_file = a.log`);
  log.info('one');
  log.debug('not shown');
  log.named('neutron.agent.dhcp.agent').warning('two');
  log.named('sqlalchemy.engine').info('too chatty');
  log.close();
  assert.deepEqual(texts(join(directory, 'deep/a.log')), [
    'INFO neutron.dhcp.agent [-] one',
    'WARNING neutron.agent.dhcp.agent [-] two',
  ]);
});

test('log_dir alone names the file after the program; debug shows more; nothing secret is written', () => {
  const log = open(`log_dir = ${directory}\ndebug = True`);
  log.debug('to rabbit://u:secret@h/');
  log.close();
  assert.deepEqual(texts(join(directory, 'neutron-dhcp-agent.log')), [
    'DEBUG neutron.dhcp.agent [-] to rabbit://u:***@h/',
  ]);
});

test('SIGHUP opens the file by its name again', async () => {
  const path = join(directory, 'hup.log');
  const log = open(`log_file = ${path}`);
  log.info('before');
  renameSync(path, `${path}.1`);
  let heard = false;
  process.once('SIGHUP', () => {
    heard = true;
  });
  process.kill(process.pid, 'SIGHUP');
  while (!heard) await sleep(5);
  log.info('after');
  log.close();
  assert.deepEqual(texts(`${path}.1`), ['INFO neutron.dhcp.agent [-] before']);
  assert.deepEqual(texts(path), ['INFO neutron.dhcp.agent [-] after']);
});

test('a file that cannot be opened is an error', () => {
  assert.throws(() => open(`log_file = ${join(directory, 'hup.log')}/a.log`), /ENOTDIR|EEXIST/);
});

test('what is wrong with the configuration is logged with file and line, and stops the start when it is an error', () => {
  const path = join(directory, 'notices.log');
  const log = open(`log_file = ${path}`);
  const wrong = configOf(
    '[DEFAULT]\nverbose = 1\nbind_prot = 1\nbind_port = x',
    [],
    '/etc/neutron/neutron.conf',
  );
  assert.equal(reportNotices(wrong, log), false);
  assert.equal(reportNotices(configOf('[DEFAULT]\nbind_prot = 1'), log), true);
  log.close();
  const lines = texts(path);
  assert.match(
    lines[0]!,
    /^INFO neutron\.config \[-\] \/etc\/neutron\/neutron\.conf:2: \[DEFAULT\] verbose has no effect/,
  );
  assert.match(
    lines[1]!,
    /^WARNING .*neutron\.conf:3: There is no option \[DEFAULT\] bind_prot\. Did you mean bind_port\?/,
  );
  assert.match(lines[2]!, /^ERROR .*neutron\.conf:4: \[DEFAULT\] bind_port = 'x' does not parse/);
});

const levels: readonly [string, boolean, number][] = [
  ['neutron.agent', false, 20],
  ['neutron.agent', true, 10],
  ['amqp', true, 30],
  ['amqp.connection', true, 30],
  ['amqplike', true, 10],
  ['neutron.db.api', false, 40],
  ['neutron.db', false, 20],
];
for (const [module, debug, level] of levels) {
  test(`${module} logs from ${level} on${debug ? ' when debugging' : ''}`, () =>
    assert.equal(thresholds(['amqp=WARN', 'neutron.db.api=ERROR', 'nonsense'], debug)(module), level));
}

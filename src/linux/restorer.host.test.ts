import './throwAwayHost.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { signal } from './externalProcess.ts';
import { CommandFailed, run } from './process.ts';
import { restorerOf } from './restorer.ts';

const rule = (chain: string, port: number) => `-A ${chain} -p tcp -m tcp --dport ${port} -j RETURN`;
const table = (...lines: string[]) => ['*filter', ...lines, 'COMMIT'];
const rules = async () => (await run(['iptables-save', '-t', 'filter'])).stdout.split('\n');

/** Processes of this host whose name is that of a program's file. */
const processesNamed = (name: string): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name;
      } catch {
        return false;
      }
    });

const iptables = restorerOf(['iptables-restore', '--noflush', '--wait', '10']);

/** A directory whose programs are found before the system's, for one test. */
function programsFirst(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'neutron-restorer-test-'));
  const { PATH } = process.env;
  t.after(() => {
    process.env.PATH = PATH;
    rmSync(directory, { recursive: true });
  });
  process.env.PATH = `${directory}:${PATH}`;
  return directory;
}

test('transactions follow one another in one process, and see what others have changed meanwhile', async () => {
  await iptables.restore(table(':one - [0:0]', rule('one', 1)));
  const [pid] = processesNamed('iptables-restor');
  await run(['iptables', '-F', 'one']);
  await run(['iptables', '-X', 'one']);
  await Promise.all([
    iptables.restore(table(':one - [0:0]', rule('one', 2))),
    iptables.restore(table(rule('one', 3))),
  ]);
  assert.deepEqual(
    (await rules()).filter((line) => line.startsWith('-A one')),
    [rule('one', 2), rule('one', 3)],
  );
  assert.deepEqual(processesNamed('iptables-restor'), [pid]);
});

test('a refused line changes nothing and is told by its number; what follows is done', async () => {
  const refused = iptables.restore(table(rule('one', 4), '-A absent -j RETURN'));
  const next = iptables.restore(table(rule('one', 5)));
  await assert.rejects(
    refused,
    (error) => error instanceof CommandFailed && /line:? 3\b/.test(error.message),
  );
  await next;
  const have = await rules();
  assert(!have.includes(rule('one', 4)) && have.includes(rule('one', 5)), have.join('\n'));
});

test('a process that was killed has a successor', async () => {
  for (const pid of processesNamed('iptables-restor')) signal(pid, 'SIGKILL');
  await iptables.restore(table(rule('one', 6))).catch((error) => assert(error instanceof CommandFailed));
  await iptables.restore(table(rule('one', 7)));
  assert((await rules()).includes(rule('one', 7)));
});

test('ebtables-restore and the legacy programs keep running, too', async () => {
  for (const [program, save] of [
    ['ebtables-restore', 'ebtables-save'],
    ['iptables-legacy-restore', 'iptables-legacy-save'],
    ['ip6tables-restore', 'ip6tables-save'],
  ] as const) {
    const restorer = restorerOf([program, '--noflush']);
    const [first, second] = program.startsWith('ebtables')
      ? [':a DROP', ':b DROP']
      : [':a - [0:0]', ':b - [0:0]'];
    await restorer.restore(table(first));
    await restorer.restore(table(second));
    const { stdout } = await run([save]);
    assert.match(stdout, /^:a /m, program);
    assert.match(stdout, /^:b /m, program);
  }
});

test('when the name of the program leads to the other variant, that one is used from then on', async (t) => {
  const directory = programsFirst(t);
  const name = 'ip6tables-restore';
  const use = (variant: string) => {
    rmSync(join(directory, name), { force: true });
    symlinkSync(`/usr/sbin/xtables-${variant}-multi`, join(directory, name));
  };
  const restorer = restorerOf([name, '--noflush', '--wait', '9']);
  for (const variant of ['nft', 'legacy']) {
    use(variant);
    await restorer.restore(table(`:of-${variant} - [0:0]`));
    assert.match((await run([`ip6tables-${variant}-save`])).stdout, new RegExp(`^:of-${variant} `, 'm'));
  }
  assert.doesNotMatch((await run(['ip6tables-nft-save'])).stdout, /^:of-legacy /m);
});

test('a program of another kind, which may keep its answers to itself, is started for each transaction', async (t) => {
  const directory = programsFirst(t);
  const written = join(directory, 'written');
  const script = `#!/bin/sh\n[ "$2" != --verbose ] || exit 1\ncat >> ${written}\n`;
  writeFileSync(join(directory, 'xtables-nft-multi'), script, { mode: 0o755 });
  symlinkSync('xtables-nft-multi', join(directory, 'old-restore'));
  const restorer = restorerOf(['old-restore', '--noflush']);
  await restorer.restore(table(':one -'));
  await restorer.restore(table(':two -'));
  assert.equal(readFileSync(written, 'utf8'), '*filter\n:one -\nCOMMIT\n*filter\n:two -\nCOMMIT\n');
});

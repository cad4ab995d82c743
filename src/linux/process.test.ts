import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { CommandFailed, run } from './process.ts';

const shell = (script: string, options = {}) => run(['sh', '-c', script], options);

test('a program is given its input and says what it printed, apart and whole', async () => {
  const input = 'é'.repeat(1_000_000);
  assert.deepEqual(await run(['cat'], { input }), { code: 0, stdout: input, stderr: '' });
  assert.deepEqual(await shell('echo out; echo err >&2; echo more; cat'), {
    code: 0,
    stdout: 'out\nmore\n',
    stderr: 'err\n',
  });
});

test('exit codes are errors unless they are allowed; an end by a signal is 128', async () => {
  await assert.rejects(shell('echo why >&2; exit 3'), (error) => {
    assert.ok(error instanceof CommandFailed);
    assert.match(error.message, /exit code 3: why/);
    return error.result.code === 3;
  });
  assert.equal((await shell('exit 3', { allowed: [3] })).code, 3);
  await assert.rejects(shell('kill -KILL $$'), (error) => (error as CommandFailed).result.code === 128);
});

test('a program starts with no signal ignored, as this process ignores SIGPIPE', async () => {
  const { stdout } = await run(['grep', '-E', '^Sig(Ign|Blk)', '/proc/self/status']);
  assert.match(stdout, /SigBlk:\t0+\nSigIgn:\t0+\n/);
});

test('its environment is that of this process and what is added', async () => {
  const { stdout } = await shell('echo "$HOME $ADDED"', { env: { ADDED: 'yes' } });
  assert.equal(stdout, `${process.env.HOME ?? ''} yes\n`);
});

test('what cannot be started says so', async () => {
  await assert.rejects(run(['no-such-program']), {
    code: 'ENOENT',
    message: /no-such-program is not installed/,
  });
  await assert.rejects(run(['echo', 'a\0b']), /zero byte/);
  await assert.rejects(run(['/etc/passwd']), { code: 'EACCES', message: /\/etc\/passwd does not start: / });
});

test('many at once all end, and leave no file open', async () => {
  const open = () => readdirSync('/proc/self/fd').length;
  await run(['true']);
  const before = open();
  const results = await Promise.all(Array.from({ length: 100 }, (_, at) => shell(`echo ${at}`)));
  assert.deepEqual(
    results.map(({ stdout }) => Number(stdout)),
    results.map((_, at) => at),
  );
  assert.equal(open(), before);
});

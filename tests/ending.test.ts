import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { endAll, MARK, startedBy } from './ending.ts';

/** Whether a process runs; one that nobody has waited for yet does not. */
const runs = (pid: number) => existsSync(`/proc/${pid}/exe`);

test('a process ends with its descendants, also with those whose parent has ended', async () => {
  const mark = crypto.randomUUID();
  // The inner shell leaves a daemon of a session of its own, and ends.
  const script = "sh -c 'setsid sleep 300 >/dev/null 2>&1 & echo $!'; sleep 300 & echo $!; wait";
  const child = spawn('sh', ['-c', script], { env: { ...process.env, [MARK]: mark } });
  const other = spawn('sleep', ['300']);
  try {
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
    while (printed.split('\n').length < 3) await sleep(20);
    const inner = printed.trim().split('\n').map(Number);
    const found = startedBy(child.pid!, mark);
    for (const pid of [child.pid!, ...inner]) assert.ok(found.includes(pid), `${pid} of ${found}`);
    const ended = once(child, 'close');
    endAll(child.pid!, mark);
    await ended;
    for (const pid of inner) while (runs(pid)) await sleep(20);
    assert.ok(runs(other.pid!), 'what it did not start goes on');
  } finally {
    other.kill('SIGKILL');
  }
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { run } from './process.ts';
import { listProcesses } from './processes.ts';

const SETNS = new URL('./setns.ts', import.meta.url).href;
/** Goes into a namespace, says so, and stays there until it is killed. */
const VISITOR = `
  import { writeSync } from 'node:fs';
  import { within } from '${SETNS}';
  within('other', () => {
    writeSync(1, 'inside');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

test('a process is of this host while its first thread works in another namespace; one that lives there is not', async () => {
  await run(['ip', 'netns', 'add', 'other']);
  const visitor = spawn(process.execPath, ['--input-type=module', '-e', VISITOR], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const resident = spawn('ip', ['netns', 'exec', 'other', 'sh', '-c', 'echo inside; exec sleep 1000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = Promise.all([visitor, resident].map((child) => once(child, 'exit')));
  try {
    await Promise.all([visitor, resident].map((child) => once(child.stdout, 'data')));
    const pids = listProcesses().map(({ pid }) => pid);
    assert.ok(pids.includes(visitor.pid!));
    assert.ok(!pids.includes(resident.pid!));
  } finally {
    for (const child of [visitor, resident]) child.kill('SIGKILL');
    await ended;
    await run(['ip', 'netns', 'del', 'other']);
  }
});

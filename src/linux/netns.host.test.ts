import './throwAwayHost.ts';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listNamespaces } from './netns.ts';

const MAKER = `
const { ensureNamespace } = await import(process.argv[1]);
console.log('begins');
await ensureNamespace('first');`;

test("a host's first namespace waits for another program that makes one, as ip netns does", async () => {
  const other = spawn('flock', ['/run/netns', '-c', 'echo locked; read end'], { stdio: 'pipe' });
  try {
    await once(other.stdout, 'data');
    const module = new URL('./netns.ts', import.meta.url).href;
    const maker = spawn(process.execPath, ['--input-type=module', '-e', MAKER, module], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(maker.stdout, 'data');
    await sleep(500);
    assert.deepEqual(listNamespaces(), []);
    other.stdin.end('\n');
    assert.deepEqual(await once(maker, 'exit'), [0, null]);
    assert.deepEqual(listNamespaces(), ['first']);
  } finally {
    other.stdin.end();
  }
});

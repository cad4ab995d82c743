import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { stopProcess } from './externalProcess.ts';

/** Like dnsmasq: told to end, it removes its pid file first, and lets go of its port a moment later. */
const DAEMON = `
  const [pidFile] = process.argv.slice(1);
  const server = require('node:net').createServer().listen(0, '127.0.0.1', () => {
    require('node:fs').writeFileSync(pidFile, String(process.pid));
    process.stdout.write(String(server.address().port));
  });
  process.on('SIGTERM', () => {
    require('node:fs').rmSync(pidFile);
    setTimeout(() => process.exit(), 300);
  });`;

test('a process is not over before its port is free, though its pid file went earlier', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'neutron-process-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const pidFile = join(folder, 'pid');
  const daemon = spawn(process.execPath, ['-e', DAEMON, pidFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => daemon.kill('SIGKILL'));
  const [port] = await once(daemon.stdout, 'data');
  await stopProcess({ command: [], pidFile, mark: pidFile });
  const successor = createServer().listen(Number(port), '127.0.0.1');
  await once(successor, 'listening');
  successor.close();
});

test('a stranger that has been given the number of a dead process is left alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'neutron-process-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const pidFile = join(folder, 'pid');
  const stranger = spawn('sleep', ['1000']);
  t.after(() => stranger.kill('SIGKILL'));
  writeFileSync(pidFile, String(stranger.pid));
  await stopProcess({ command: [], pidFile, mark: pidFile });
  assert.equal(stranger.exitCode ?? stranger.signalCode, null);
  assert.equal(existsSync(pidFile), false);
});

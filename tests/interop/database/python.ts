import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../../src/linux/process.ts';
import { manage } from '../../../src/server/db/manage/manage.ts';
import { freePort } from '../../../src/testing/freePort.ts';

const MANAGE = '/usr/bin/neutron-db-manage';
const SERVER = '/usr/bin/neutron-server';
const isPythons = (path: string) =>
  existsSync(path) && readFileSync(path, 'latin1').slice(0, 40).includes('python');

/** Why the tests with Python's programs are skipped; false when they are not. */
export const without: false | string = [MANAGE, SERVER].every(isPythons)
  ? false
  : 'the packages neutron-common and neutron-server are not installed';

export interface Managed {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

const anyCode = Array.from({ length: 256 }, (_, code) => code);

/** Python's neutron-db-manage with a configuration file. */
export async function pythonManage(file: string, ...argv: string[]): Promise<Managed> {
  const { stdout, stderr, code } = await run([MANAGE, '--config-file', file, ...argv], {
    allowed: anyCode,
  });
  return { out: stdout.trimEnd(), err: stderr.trimEnd(), status: code };
}

/** Ours with the same. */
export async function ourManage(file: string, ...argv: string[]): Promise<Managed> {
  const out: string[] = [];
  const err: string[] = [];
  const sink = { out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  const status = await manage(['--config-file', file, ...argv], sink);
  return { out: out.join('\n').trimEnd(), err: err.join('\n').trimEnd(), status };
}

/** What alembic finds different between a database and Neutron's models. */
export async function differencesFromModels(url: string): Promise<string[]> {
  const script = join(import.meta.dirname, 'compareModels.py');
  const { stdout } = await run(['/usr/bin/python3', script, url]);
  return JSON.parse(stdout) as string[];
}

export interface PythonServer {
  request(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  stop(): Promise<void>;
}

/** Python's neutron-server on a database, without agents, broker and Keystone. */
export async function startPythonServer(url: string, directory: string): Promise<PythonServer> {
  const port = await freePort();
  const file = join(directory, 'server.conf');
  await writeFile(
    file,
    `[DEFAULT]
transport_url = fake://
auth_strategy = noauth
core_plugin = ml2
service_plugins = router
bind_host = 127.0.0.1
bind_port = ${port}
api_workers = 1
rpc_workers = 1
state_path = ${directory}
[oslo_concurrency]
lock_path = ${directory}/lock
[database]
connection = ${url}
[ml2]
type_drivers = flat,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population
extension_drivers = port_security
[ml2_type_vxlan]
vni_ranges = 1:1000
[experimental]
linuxbridge = true
`,
  );
  const log = join(directory, 'server.log');
  const output = openSync(log, 'w');
  const server: ChildProcess = spawn(SERVER, ['--config-file', file], { stdio: ['ignore', output, output] });
  const leave = () => server.kill('SIGKILL');
  process.once('exit', leave);
  const request: PythonServer['request'] = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
  for (let left = 600; ; left -= 1) {
    if (server.exitCode !== null || left === 0) {
      throw new Error(`neutron-server did not start: ${readFileSync(log, 'utf8').slice(-3000)}`);
    }
    try {
      await request('GET', '/');
      break;
    } catch {
      await sleep(200);
    }
  }
  return {
    request,
    async stop() {
      process.off('exit', leave);
      if (server.exitCode !== null) return;
      const exited = once(server, 'exit');
      server.kill('SIGTERM');
      await Promise.race([exited, sleep(10_000).then(leave)]);
    },
  };
}

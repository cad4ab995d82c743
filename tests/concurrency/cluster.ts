import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestDatabase } from '../../src/server/db/testing.ts';
import { reportedAgent } from '../../src/server/testing.ts';
import { freePort } from '../../src/testing/freePort.ts';
import { until } from '../../src/testing/until.ts';
import { startBackends } from './backends.ts';

/** Our server and Debian's Python Neutron 21.0. */
export const programs = {
  ours: join(import.meta.dirname, '../../bin/neutron-server'),
  python: '/usr/bin/neutron-server',
} as const;

export type Implementation = keyof typeof programs;

/** Several neutron-server processes on one MariaDB and one RabbitMQ. */
export interface Cluster {
  readonly db: TestDatabase;
  /** transport_url of the broker. */
  readonly broker: string;
  /** Where each of them answers. */
  readonly urls: readonly string[];
  /** Lines that a server logged as errors, but for problems of the cloud that it found. */
  errors(): Promise<string[]>;
  close(): Promise<void>;
}

const configuration = (
  port: number,
  host: string,
  database: string,
  broker: string,
  directory: string,
  more: string,
) => `
[DEFAULT]
bind_host = 127.0.0.1
bind_port = ${port}
state_path = ${directory}
host = ${host}
agent_down_time = 3600
auth_strategy = noauth
core_plugin = ml2
service_plugins = router
transport_url = ${broker}
[database]
connection = ${database}
[ml2]
type_drivers = flat,vlan,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge,l2population
extension_drivers = port_security
[ml2_type_flat]
flat_networks = *
[ml2_type_vlan]
network_vlan_ranges = physnet:1:200
[ml2_type_vxlan]
vni_ranges = 1:300
${more}`;

/** What Python's server needs besides; ours reads the options with the same meaning, or needs them not. */
const forPython = (directory: string) => `
[DEFAULT]
api_paste_config = /etc/neutron/api-paste.ini
api_workers = 1
rpc_workers = 1
notify_nova_on_port_status_changes = False
notify_nova_on_port_data_changes = False
[experimental]
linuxbridge = True
[oslo_concurrency]
lock_path = ${directory}
`;

/** Debian's programs start with Debian's Python, whichever comes first elsewhere. */
const pathsOf = (kind: Implementation): NodeJS.ProcessEnv =>
  kind === 'python' ? { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } : process.env;

/** Agents that reported once and count as alive: ports are bound, networks and routers scheduled. Nobody hears them. */
async function reportAgents(db: TestDatabase): Promise<void> {
  for (const host of ['controller', 'compute']) {
    await reportedAgent(db, 'Linux bridge agent', host, {
      bridge_mappings: {},
      interface_mappings: { physnet: 'eno1' },
      tunnel_types: ['vxlan'],
      tunneling_ip: host === 'compute' ? '192.0.2.65' : '192.0.2.66',
      l2_population: true,
    });
    await reportedAgent(db, 'DHCP agent', host);
    await reportedAgent(db, 'L3 agent', host, { agent_mode: 'legacy' });
  }
}

/** Starts MariaDB, RabbitMQ and servers; a failure on the way ends what was started. */
export async function startCluster(servers: readonly Implementation[], more = ''): Promise<Cluster> {
  const backends = await startBackends();
  const { db, rabbit, directory } = backends;
  const children: ChildProcess[] = [];
  const logs: string[] = [];

  async function close(): Promise<void> {
    const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    await Promise.all(
      running.map((child) => {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        return gone;
      }),
    );
    await backends.close();
  }

  try {
    await reportAgents(db);
    const urls: string[] = [];
    for (const [index, kind] of servers.entries()) {
      const port = await freePort();
      const file = join(directory, `server${index}.conf`);
      const log = join(directory, `server${index}.log`);
      const own = kind === 'python' ? forPython(directory) : '';
      const text = configuration(port, `server${index}`, db.url, rabbit.url, directory, more + own);
      await writeFile(file, text);
      children.push(
        spawn(programs[kind], ['--config-file', file, '--log-file', log], {
          stdio: 'ignore',
          env: pathsOf(kind),
        }),
      );
      logs.push(log);
      urls.push(`http://127.0.0.1:${port}`);
    }
    for (const url of urls) await until(`${url} to answer`, async () => (await fetch(url)).ok, 60);
    return {
      db,
      broker: rabbit.url,
      urls,
      async errors() {
        const texts = await Promise.all(logs.map((log) => readFile(log, 'utf8')));
        return texts.flatMap((text) =>
          text.split('\n').filter((line) => / (ERROR|CRITICAL) (?!neutron\.nts\.problems)/.test(line)),
        );
      },
      close,
    };
  } catch (error) {
    const said = await Promise.all(logs.map((log) => readFile(log, 'utf8').catch(() => '')));
    await close();
    throw new Error(`the cluster did not start: ${said.map((text) => text.slice(-1000)).join('\n')}`, {
      cause: error,
    });
  }
}

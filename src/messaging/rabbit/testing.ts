import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../linux/process.ts';
import { freePort } from '../../testing/freePort.ts';

/** Debian's rabbitmq-server without the wrapper that changes to user rabbitmq. */
const program = '/usr/lib/rabbitmq/bin/rabbitmq-server';

export const rabbitIsInstalled = existsSync(program);

export interface RabbitServer {
  readonly port: number;
  /** Of the broker; another one after start(). */
  readonly pid: number;
  /** TLS with a certificate for localhost, signed by the authority in caFile. */
  readonly tlsPort: number;
  readonly caFile: string;
  /** transport_url with user guest. */
  readonly url: string;
  /** rabbitmqctl's output. */
  ctl(...args: string[]): Promise<string>;
  /** Kills the broker; what is not durable is gone. */
  kill(): Promise<void>;
  /** Starts it again after kill. */
  start(): Promise<void>;
  /** The broker neither reads nor answers until resume(). */
  pause(): Promise<void>;
  resume(): void;
  /** Ends everything that was started and removes the directory. */
  stop(): Promise<void>;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** Makes a self-signed certificate for localhost, its own authority. */
export async function makeCertificate(directory: string): Promise<{ key: string; certificate: string }> {
  await mkdir(directory, { recursive: true });
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await run(['openssl', 'req', '-x509', ...kind, ...subject, '-keyout', key, '-out', certificate]);
  return { key, certificate };
}

/** Whether every thread of a process has stopped: each does so where it next looks for signals. */
async function isStopped(pid: number): Promise<boolean> {
  const tasks = `/proc/${pid}/task`;
  for (const task of await readdir(tasks)) {
    const stat = await readFile(join(tasks, task, 'stat'), 'utf8').catch(() => ') T');
    if (stat.at(stat.lastIndexOf(')') + 2) !== 'T') return false;
  }
  return true;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** A private RabbitMQ on loopback with its own epmd, data directory and cookie; stop() leaves nothing. */
export async function startRabbit(): Promise<RabbitServer> {
  const directory = await mkdtemp(join(tmpdir(), 'neutron-rabbit-'));
  const [port, tlsPort] = [await freePort(), await freePort()];
  const [epmdPort, distributionPort] = [await freePort(), await freePort()];
  const { key, certificate } = await makeCertificate(directory);
  const config = join(directory, 'rabbitmq.conf');
  const lines = [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
    `ssl_options.cacertfile = ${certificate}`,
    `ssl_options.certfile = ${certificate}`,
    `ssl_options.keyfile = ${key}`,
    'log.console = false',
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  await writeFile(join(directory, 'enabled_plugins'), '[].\n');
  await mkdir(join(directory, 'log'));
  const environment = {
    ...process.env,
    HOME: directory,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `rabbit${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_CONFIG_FILE: config,
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(directory, 'mnesia'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_PID_FILE: join(directory, 'pid'),
    // Otherwise a shell stays between us and the broker.
    RUNNING_UNDER_SYSTEMD: 'true',
  };
  const epmd = spawn('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], {
    env: environment,
    stdio: 'ignore',
  });
  let broker: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const started = spawn(program, { env: environment, stdio: 'ignore' });
    broker = started;
    while (!(await accepts(port))) {
      if (started.exitCode !== null)
        throw new Error(`RabbitMQ ended with ${started.exitCode}: ${await startupLog(directory, port)}`);
      await sleep(50);
    }
  };
  const ctl = async (...args: string[]): Promise<string> => {
    const child = spawn('/usr/lib/rabbitmq/bin/rabbitmqctl', ['-q', ...args], { env: environment });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    await once(child, 'close');
    return output;
  };
  const kill = async (): Promise<void> => {
    if (broker) await end(broker);
  };
  const stop = async (): Promise<void> => {
    await kill();
    await end(epmd);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    get pid() {
      return broker!.pid!;
    },
    tlsPort,
    caFile: certificate,
    url: `rabbit://guest:guest@127.0.0.1:${port}/`,
    ctl,
    kill,
    start,
    async pause() {
      const pid = broker!.pid!;
      process.kill(pid, 'SIGSTOP');
      while (!(await isStopped(pid))) await sleep(5);
    },
    resume() {
      process.kill(broker!.pid!, 'SIGCONT');
    },
    stop,
  };
}

const startupLog = (directory: string, port: number) =>
  readFile(join(directory, 'log', `rabbit${port}@localhost.log`), 'utf8').catch(() => 'no log');

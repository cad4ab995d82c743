import cluster, { type Worker } from 'node:cluster';
import type { ProcessLog } from '../../log/open.ts';
import { ROLE_VARIABLE, type RoleName } from './plan.ts';

/** What a worker sends when it has begun to work. */
export const READY = 'ready';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

interface Running {
  readonly role: RoleName;
  ready: boolean;
}

/**
 * Runs a process for each role and starts again what dies. The first starts alone, so that there is an answer before the
 * others need the processors; when it ends before it was ready it has said in the log why it cannot start, and nothing starts. SIGTERM and SIGINT let the workers finish, SIGHUP is handed on.
 */
export async function supervise(processes: readonly RoleName[], log: ProcessLog): Promise<void> {
  const running = new Map<Worker, Running>();
  const failures = new Map<RoleName, number>();
  let ending = false;
  let code = 0;
  let wasReady = false;
  const [first, ...others] = processes;

  function start(role: RoleName): void {
    const worker = cluster.fork({ [ROLE_VARIABLE]: role });
    const state: Running = { role, ready: false };
    running.set(worker, state);
    worker.on('message', (message) => {
      if (message !== READY) return;
      state.ready = true;
      failures.delete(role);
      if (!wasReady && !ending) for (const other of others) start(other);
      wasReady = true;
    });
    worker.on('exit', (exitCode, signal) => ended(worker, state, signal ?? `exit code ${exitCode}`));
  }

  function ended(worker: Worker, { role, ready }: Running, how: string): void {
    running.delete(worker);
    if (ending) {
      if (running.size === 0) finish();
      return;
    }
    if (!ready && !wasReady) {
      log.error(
        `The ${role} worker (pid ${worker.process.pid}) could not start (${how}); neutron-server ends.`,
      );
      code = 1;
      end('SIGTERM');
      return;
    }
    const failed = failures.get(role) ?? 0;
    failures.set(role, failed + 1);
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** failed, LONGEST_PAUSE_MS);
    log.error(
      `The ${role} worker (pid ${worker.process.pid}) died (${how}); a new one starts in ${pause} ms.`,
    );
    setTimeout(() => {
      if (!ending) start(role);
    }, pause);
  }

  function end(signal: NodeJS.Signals): void {
    if (ending) {
      for (const worker of running.keys()) worker.process.kill('SIGKILL');
      return;
    }
    ending = true;
    for (const worker of running.keys()) worker.process.kill(signal);
    if (running.size === 0) finish();
  }

  function finish(): void {
    log.info('neutron-server has ended.');
    log.close();
    process.exit(code);
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end('SIGTERM'));
  process.on('SIGHUP', () => {
    for (const worker of running.keys()) worker.process.kill('SIGHUP');
  });
  log.info(`Starting ${processes.length} workers: ${processes.join(', ')}`);
  if (first) start(first);
}

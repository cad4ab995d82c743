import type { Config } from '../../config/option.ts';
import { api, messaging } from '../../config/options/index.ts';
import type { Log } from '../../log/log.ts';
import { databaseUrl } from '../db/settings.ts';

/** What a process of the server does. */
export interface Role {
  readonly api: boolean;
  readonly rpc: boolean;
  /** Work by the clock; in one process of a server only. */
  readonly periodic: boolean;
}

export type RoleName = 'api' | 'rpc' | 'rpc-periodic' | 'all';

const roles: Readonly<Record<RoleName, Role>> = {
  all: { api: true, rpc: true, periodic: true },
  api: { api: true, rpc: false, periodic: false },
  rpc: { api: false, rpc: true, periodic: false },
  'rpc-periodic': { api: false, rpc: true, periodic: true },
};

export interface Plan {
  /** One entry for each process; a single one needs no supervisor. */
  readonly processes: readonly RoleName[];
}

/** Environment variable that tells a worker its role. */
export const ROLE_VARIABLE = 'NEUTRON_SERVER_ROLE';

/** Whether a supervisor started this process. */
export const isWorker = (): boolean => process.env[ROLE_VARIABLE] !== undefined;

const single: Plan = { processes: ['all'] };

/** Why several processes are not possible, if so. */
function obstacle(config: Config): string | undefined {
  if (databaseUrl(config).startsWith('sqlite')) return 'SQLite has one writer';
  const url = config.group(messaging).transport_url;
  if (url === null || !url.startsWith('rabbit')) return "the server's process is itself the hub of ZeroMQ";
  return undefined;
}

/**
 * The processes that api_workers and rpc_workers ask for. Unset they are one process together, which is enough for
 * most: nothing in it waits on a single core for long.
 */
export function planOf(config: Config, log: Log): Plan {
  const { api_workers, rpc_workers } = config.group(api);
  const apiProcesses = Math.max(1, api_workers ?? 1);
  const rpcProcesses = Math.max(1, rpc_workers ?? 1);
  if (apiProcesses === 1 && rpcProcesses === 1) return single;
  const why = obstacle(config);
  if (why !== undefined) {
    log.warning(`api_workers and rpc_workers are not used: ${why}. One process does everything.`);
    return single;
  }
  const rpc = Array.from(
    { length: rpcProcesses },
    (_, index): RoleName => (index === 0 ? 'rpc-periodic' : 'rpc'),
  );
  return { processes: [...Array.from({ length: apiProcesses }, (): RoleName => 'api'), ...rpc] };
}

/** The role of this process: what its supervisor said, or the only one of the plan. */
export function roleOf(plan: Plan): Role {
  const name = process.env[ROLE_VARIABLE] ?? plan.processes[0];
  return roles[(name ?? 'all') as RoleName];
}

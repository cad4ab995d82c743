import mysql from 'mysql2/promise';
import { configOf } from '../../src/config/load.ts';
import { hostNamed, type Lab } from '../../src/lab/lab.ts';
import { silentLog } from '../../src/log/silent.ts';
import { openTransport } from '../../src/messaging/open.ts';
import type { Side } from '../side.ts';
import { keepAddresses } from './addresses.ts';
import { apiAt, KEYSTONE, login } from './api.ts';
import type { Target } from './target.ts';
import { quiet } from './usage.ts';

/** Of the guide's broker. */
export const BROKER_USER = { username: 'openstack', password: 'opst' } as const;
const BROKER = `[DEFAULT]\ntransport_url = rabbit://${BROKER_USER.username}:${BROKER_USER.password}@127.0.0.1:5672/\n`;

/** More than any row makes: a limit that is there is counted against, as in production. */
const LIMIT = 1_000_000;
const LIMITED = [
  'network',
  'subnet',
  'port',
  'router',
  'floatingip',
  'security_group',
  'security_group_rule',
];

/** A cloud that is measured. */
export interface OpenTarget {
  readonly target: Target;
  /** A new token, as one lasts an hour, and whatever address a host has lost meanwhile. */
  renew(): Promise<void>;
  /** Does what was put off until after the round or the setting. */
  undo(): Promise<void>;
}

/** A running lab as a target; the process must be in the network namespace of its controller. */
export async function openTarget(lab: Lab, side: Side): Promise<OpenTarget> {
  const { token, project } = await login(KEYSTONE);
  const credentials = { 'x-auth-token': token };
  const api = apiAt('http://127.0.0.1:9696', credentials);
  const quota = Object.fromEntries(LIMITED.map((kind) => [kind, LIMIT]));
  await api.ask('PUT', `quotas/${project}`, { quota });
  const database = await mysql.createConnection({
    // A socket in the file system is reached from every network namespace.
    socketPath: `/proc/${hostNamed(lab, 'controller').pid}/root/run/mysqld/mysqld.sock`,
    user: 'neutron',
    password: 'neutron',
    database: 'neutron',
    multipleStatements: true,
  });
  const rpc = await openTransport(configOf(BROKER), silentLog, { clientName: 'bench' });
  const undos: (() => Promise<unknown>)[] = [];
  let kept: unknown;
  async function undo() {
    kept = undefined;
    for (let one = undos.pop(); one; one = undos.pop()) await one();
  }
  return {
    target: {
      side,
      lab,
      api,
      project,
      database,
      rpc,
      daemons: ['neutron-server'],
      afterwards: (one) => void undos.push(one),
      async kept<T>(make: () => Promise<T>) {
        kept ??= await make();
        return kept as T;
      },
      async anew() {
        if (undos.length === 0) return;
        await undo();
        await quiet([...lab.hosts.values()]);
      },
    },
    async renew() {
      await keepAddresses(lab);
      credentials['x-auth-token'] = (await login(KEYSTONE)).token;
    },
    undo,
  };
}

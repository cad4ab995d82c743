import mysql from 'mysql2/promise';
import { hostNamed, type Lab } from '../../src/lab/lab.ts';
import type { Side } from '../side.ts';
import { apiAt, login } from './api.ts';
import type { Target } from './target.ts';

/** More than any row makes: a limit that is there is counted against, as in production. */
const MANY = 1_000_000;

/** A running lab as a target. `undo` does what was put off until after the round. */
export async function openTarget(
  lab: Lab,
  side: Side,
): Promise<{ readonly target: Target; undo(): Promise<void> }> {
  const { token, project } = await login('http://127.0.0.1:5000');
  const api = apiAt('http://127.0.0.1:9696', { 'x-auth-token': token });
  const counted = [
    'network',
    'subnet',
    'port',
    'router',
    'floatingip',
    'security_group',
    'security_group_rule',
  ];
  await api.ask('PUT', `quotas/${project}`, {
    quota: Object.fromEntries(counted.map((kind) => [kind, MANY])),
  });
  const database = await mysql.createConnection({
    // A socket in the file system is reached from every network namespace.
    socketPath: `/proc/${hostNamed(lab, 'controller').pid}/root/run/mysqld/mysqld.sock`,
    user: 'neutron',
    password: 'neutron',
    database: 'neutron',
    multipleStatements: true,
  });
  const undos: (() => Promise<unknown>)[] = [];
  return {
    target: { side, lab, api, database, afterwards: (one) => void undos.push(one) },
    async undo() {
      for (let one = undos.pop(); one; one = undos.pop()) await one();
    },
  };
}

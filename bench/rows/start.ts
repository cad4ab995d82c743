import { type Daemon, launch, processOf, stop } from '../../src/lab/daemons.ts';
import { hostNamed } from '../../src/lab/lab.ts';
import { clientOf } from '../../src/lab/swap/clients.ts';
import { withBareServer } from '../floors/bareAnswer.ts';
import { startOfNode } from '../floors/bareNode.ts';
import { elapsed, soon } from '../measure.ts';
import type { Row, Sample } from '../row.ts';
import { KEYSTONE, login } from '../target/api.ts';
import type { Target } from '../target/target.ts';
import { childrenCpuMilliseconds, cpuMilliseconds, processesOf } from '../target/usage.ts';

/** Ends a daemon of the controller, starts it again, and waits for the first sign of it. */
async function restarted(target: Target, name: string, sign: () => Promise<unknown>): Promise<Sample> {
  const { lab } = target;
  const daemon: Daemon = { host: 'controller', name };
  const host = hostNamed(lab, daemon.host);
  await stop(lab, daemon);
  await target.database.query("update agents set started_at = '2000-01-01' where host = ? and `binary` = ?", [
    daemon.host,
    name,
  ]);
  const milliseconds = await elapsed(async () => {
    await launch(lab, host, processOf(lab, daemon));
    await sign();
  });
  return { values: [milliseconds], cpu: cpuMilliseconds(host, processesOf(host, name)) };
}

/** Waits until the server has the first report of an agent that started. */
const reported = ({ database }: Target, name: string) =>
  soon(async () => {
    const [agents] = await database.query(
      "select 1 from agents where host = 'controller' and `binary` = ? and started_at > '2000-01-01'",
      [name],
    );
    if ((agents as unknown[]).length === 0) throw new Error(`the server has no report of ${name}`);
  });

const rounds = { ours: 5, peer: 2 };

const agent = (name: string): Row => ({
  name: name.replace('neutron-', 'start-').replace('-agent', ''),
  title: `start ${name}, to its first report`,
  unit: 'ms',
  goal: {},
  rounds,
  measure: (target) => restarted(target, name, () => reported(target, name)),
  floor: startOfNode(),
});

export const start: readonly Row[] = [
  {
    name: 'start-server',
    title: 'start neutron-server, to its first answer',
    unit: 'ms',
    goal: { atMost: 500 },
    rounds,
    missed:
      'The first worker starts alone and loads some 1,000 modules, which takes a quarter of a second when nothing else runs, after the supervisor has read the configuration; then it connects to the database. One file made of all modules, which needs a build, is what it takes.',
    measure: (target) =>
      restarted(target, 'neutron-server', () => soon(() => target.api.ask('GET', 'networks?limit=1'))),
    floor: {
      what: 'a bare fastify starts, to its first answer',
      measure: () => elapsed(() => withBareServer('{}', async () => {}, 1)),
    },
  },
  ...['linuxbridge', 'dhcp', 'l3', 'metadata'].map((kind) => agent(`neutron-${kind}-agent`)),
  {
    name: 'start-client',
    title: 'neutron net-list',
    unit: 'ms',
    goal: { atMost: 150, times: 8 },
    operations: { ours: 10, peer: 3 },
    async measure({ side, lab }, operations) {
      const client = clientOf(lab, side === 'ours' ? 'ours' : "Python's");
      const before = childrenCpuMilliseconds();
      const values: number[] = [];
      for (let count = 0; count < operations; count += 1)
        values.push(await elapsed(() => client('net-list')));
      return { values, cpu: (childrenCpuMilliseconds() - before) / operations };
    },
    missed:
      'Keystone takes a good part of it for the token (the floor), and the server then asks it about that token; of what the client uses of a processor a third is Node’s own start and another the loading of modules. It would take a token that is kept from one command to the next, which Python’s client does not do either.',
    floor: {
      what: 'Keystone gives a token for a password',
      measure: () => elapsed(() => login(KEYSTONE)),
    },
  },
];

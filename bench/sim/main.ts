/**
 * The simulator: agents of ours without a kernel, against our server, MariaDB and RabbitMQ as in production. It says how
 * the control plane bears a number of hosts and ports, and what breaks first.
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { rabbitDefaults } from '../../src/messaging/rabbit/settings.ts';
import { until } from '../../src/testing/until.ts';
import { startBackend } from './backend.ts';
import { api, type Cloud, seed } from './cloud.ts';
import { Fleet } from './fleet.ts';
import { type Phase, phase, told } from './phase.ts';
import { watch } from './watch.ts';

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '50' },
    ports: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '60' },
    json: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

const usageText = `usage: npm run bench:sim -- [--hosts N] [--ports N] [--seconds N] [--json FILE] [--profile DIRECTORY]
  --hosts     simulated Linux bridge agents, each with its own connection to RabbitMQ (50)
  --ports     ports on each of them (20)
  --seconds   how long they only report (60)
  --json      the figures, for programs
  --profile   CPU profiles of the server's processes, written there when they end`;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Longest wait for a phase to be over: what takes longer has broken down. */
const PATIENCE_SECONDS = 600;

async function simulate(): Promise<void> {
  const [hosts, perHost, seconds] = [values.hosts, values.ports, values.seconds].map(Number) as [
    number,
    number,
    number,
  ];
  const backend = await startBackend(values.profile ? `--cpu-prof --cpu-prof-dir=${values.profile}` : '');
  const { url } = backend;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void backend.close().finally(() => process.exit(1)));
  const fleet = new Fleet(hosts, {
    ...rabbitDefaults,
    hosts: [{ host: '127.0.0.1', port: backend.rabbit.port }],
  });
  const watched = watch(backend);
  const phases: Phase[] = [];
  const doing = async (name: string, work: () => Promise<void>): Promise<void> => {
    const done = await phase(name, backend, fleet, work);
    phases.push(done);
    say(told(done));
  };
  try {
    await doing(`${hosts} agents start`, () => fleet.start());
    let cloud: Cloud | undefined;
    await doing(`${hosts * perHost} ports are made and bound through the API`, async () => {
      cloud = await seed(url, hosts, perHost);
    });
    const { portsOf, groupId } = cloud!;
    await doing('all taps appear at once, until all ports are ACTIVE', async () => {
      await Promise.allSettled(fleet.agents.map((agent, index) => agent.plug(portsOf[index]!)));
      await until(
        'all ports ACTIVE',
        async () =>
          (await api<{ ports: object[] }>(`${url}/v2.0/ports?status=DOWN&fields=id&limit=1`)).ports.length ===
            0 &&
          (await api<{ ports: object[] }>(`${url}/v2.0/ports?status=BUILD&fields=id&limit=1`)).ports
            .length === 0,
        PATIENCE_SECONDS,
      );
    });
    await doing(`agents only report, ${seconds} s`, () => sleep(seconds * 1000).then(() => undefined));
    await doing(
      'a rule is added to the group of all ports, until the last agent has its filters',
      async () => {
        const began = performance.now();
        const rule = {
          security_group_id: groupId,
          direction: 'ingress',
          protocol: 'tcp',
          port_range_min: 22,
          port_range_max: 22,
        };
        await api(`${url}/v2.0/security-group-rules`, 'POST', { security_group_rule: rule });
        await until(
          'all filters',
          () => fleet.agents.every(({ filteredAt }) => filteredAt > began),
          PATIENCE_SECONDS,
        );
      },
    );
  } finally {
    await watched.end();
    await fleet.stop();
    const complaints = await backend.complaints();
    await backend.close();
    const { seen } = watched;
    say(
      `agents seen dead: ${seen.deadAgents}; longest queues: ${JSON.stringify(seen.longestQueue)}; outbox: ${seen.longestOutbox}`,
    );
    say(
      `complaints in the server's log: ${complaints.length}${complaints
        .slice(0, 5)
        .map((line) => `\n    ${line}`)
        .join('')}`,
    );
    if (values.json !== undefined)
      await writeFile(
        values.json,
        `${JSON.stringify({ hosts, ports: perHost, phases, seen, complaints }, null, 2)}\n`,
      );
  }
}

if (values.help) say(usageText);
else await simulate();

import type { Kysely } from 'kysely';
import type { Finding } from '../../health/finding.ts';
import type { Database } from '../db/schema/index.ts';
import { isAlive } from '../services/agents/agent.ts';

type Labels = Readonly<Record<string, string>>;
interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly (readonly [Labels, number])[];
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** Gauges in Prometheus' text format, version 0.0.4. */
export const expose = (gauges: readonly Gauge[]): string =>
  gauges
    .flatMap(({ name, help, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} gauge`,
      ...samples.map(([labels, value]) => {
        const inside = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
        return `${name}{${inside.join(',')}} ${value}`;
      }),
    ])
    .map((line) => `${line}\n`)
    .join('');

/** How many there are of each combination of labels. */
function counted(all: readonly Labels[]): (readonly [Labels, number])[] {
  const groups = Map.groupBy(all, (labels) => JSON.stringify(labels));
  return [...groups.values()].map((group) => [group[0]!, group.length] as const);
}

/** What a monitoring system wants to know of the deployment: problems, agents, ports. Two queries beside the look. */
export async function metrics(
  db: Kysely<Database>,
  problems: readonly Finding[],
  downSeconds: number,
): Promise<string> {
  const agents = await db.selectFrom('agents').selectAll().orderBy('id').execute();
  const ports = await db
    .selectFrom('ports')
    .select(({ fn }) => ['status', fn.countAll<number>().as('number')])
    .groupBy('status')
    .orderBy('status')
    .execute();
  return expose([
    {
      name: 'neutron_problems',
      help: 'Problems of the deployment, as GET /v2.0/nts-problems lists them; the codes are in docs/problems.md.',
      samples: counted(problems.map(({ code, severity, host = '' }) => ({ code, severity, host }))),
    },
    {
      name: 'neutron_agent_alive',
      help: '1 for an agent that reports, 0 for one that has stopped.',
      samples: agents.map((row) => [
        { agent_type: row.agent_type, host: row.host },
        isAlive(row, downSeconds) ? 1 : 0,
      ]),
    },
    {
      name: 'neutron_ports',
      help: 'Ports by their status.',
      samples: ports.map(({ status, number }) => [{ status }, Number(number)]),
    },
  ]);
}

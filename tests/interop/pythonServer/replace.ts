import { type Daemon, startAgain, stop } from '../../../src/lab/daemons.ts';
import type { Deployment } from '../../../src/lab/deployments/deployment.ts';
import type { Lab } from '../../../src/lab/lab.ts';
import { waitFor } from '../../../src/lab/waitFor.ts';
import type { Rest } from './rest.ts';

/** All agents of the guide's hosts. */
export const AGENTS: readonly Daemon[] = [
  { host: 'controller', name: 'neutron-linuxbridge-agent' },
  { host: 'compute', name: 'neutron-linuxbridge-agent' },
  { host: 'controller', name: 'neutron-dhcp-agent' },
  { host: 'controller', name: 'neutron-metadata-agent' },
  { host: 'controller', name: 'neutron-l3-agent' },
];

/** What the server tells of an agent. */
export interface Agent {
  readonly id: string;
  readonly binary: string;
  readonly host: string;
  readonly alive: boolean;
  readonly started_at: string;
  /** When the server heard of it last, by the second. */
  readonly heartbeat_timestamp: string;
  readonly configurations: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

export const agentsOf = async (rest: Rest): Promise<Agent[]> =>
  (await rest.get<{ agents: Agent[] }>('agents')).agents.sort((a, b) =>
    `${a.binary} ${a.host}`.localeCompare(`${b.binary} ${b.host}`),
  );

const SECONDS = 180;

const moment = (stamp: string): number => Date.parse(`${stamp.replace(' ', 'T')}Z`);

/** Waits until agents that started after a moment have reported, and are counted as alive. */
export const reported = (rest: Rest, since: number, count = AGENTS.length): Promise<Agent[]> =>
  waitFor(
    'the agents to report',
    async () => {
      const agents = await agentsOf(rest);
      const late = agents.filter(
        ({ alive, started_at }) => !alive || moment(started_at) < Math.floor(since / 1000) * 1000,
      );
      if (agents.length < count || late.length > 0)
        throw new Error(
          `${agents.length} agents; late: ${late.map(({ binary, host }) => `${binary} on ${host}`)}`,
        );
      return agents;
    },
    SECONDS,
  );

/** What agents tell once they have done their first work: a first report counts nothing yet, Python's neither. */
export function reportedAnew(rest: Rest): Promise<Agent[]> {
  const since = Date.now();
  return waitFor(
    'the agents to report anew',
    async () => {
      const agents = await agentsOf(rest);
      const late = agents.filter(({ heartbeat_timestamp }) => moment(heartbeat_timestamp) < since);
      if (late.length > 0) throw new Error(`late: ${late.map(({ binary, host }) => `${binary} on ${host}`)}`);
      return agents;
    },
    SECONDS,
  );
}

/** Ends agents and starts those of a deployment in their place, which may be the same ones again. */
export async function replaceAgents(
  lab: Lab,
  rest: Rest,
  deployment: Deployment,
  stopped: () => void = () => {},
): Promise<Agent[]> {
  await Promise.all(AGENTS.map((daemon) => stop(lab, daemon)));
  stopped();
  const since = Date.now();
  await Promise.all(AGENTS.map((daemon) => startAgain(lab, daemon, deployment)));
  return reported(rest, since);
}

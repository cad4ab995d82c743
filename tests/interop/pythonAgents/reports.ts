import assert from 'node:assert/strict';
import { eventually, type Item, type Stage } from './stage.ts';
import { type Heard, heard } from './wire.ts';

interface Agent extends Item {
  readonly agent_type: string;
  readonly host: string;
  readonly alive: boolean;
}

interface Report {
  readonly agent_type: string;
  readonly host: string;
  readonly start_flag?: boolean;
  readonly resource_versions?: Record<string, string>;
}

export const TYPES = ['DHCP agent', 'L3 agent', 'Linux bridge agent', 'Metadata agent'];
const ALL = TYPES.flatMap((type) => ['compute', 'controller'].map((host) => `${type} on ${host}`)).sort();

const reportOf = ({ args }: Heard) => (args.agent_state as { agent_state: Report }).agent_state;

/** Agents whose reports have come since the mark, and been answered where they asked for it. */
const reported = ({ lab }: Stage, since: number, fits: (report: Report) => boolean): string[] => {
  const messages = heard(lab)
    .slice(since)
    .filter((message) => message.method === 'report_state' && fits(reportOf(message)));
  const answered = messages.filter(({ called, reply }) => !called || (reply && !reply.failure));
  return [
    ...new Set(answered.map(reportOf).map(({ agent_type, host }) => `${agent_type} on ${host}`)),
  ].sort();
};

/** Every agent reports after the mark, and the server holds it for alive. */
export const allReport = (stage: Stage, since: number) =>
  eventually('reports of all agents', async () => {
    assert.deepEqual(
      reported(stage, since, () => true),
      ALL,
    );
    const { agents } = await stage.rest.get<{ agents: Agent[] }>('agents');
    const alive = agents
      .filter((agent) => agent.alive)
      .map(({ agent_type, host }) => `${agent_type} on ${host}`);
    assert.deepEqual(alive.sort(), ALL);
  });

/** Agents start: the first report says so, and brings the versions of objects that the agent understands. */
export async function reports(stage: Stage): Promise<void> {
  await eventually('first reports of all agents', async () =>
    assert.deepEqual(
      reported(stage, 0, ({ start_flag }) => start_flag === true),
      ALL,
    ),
  );
  await allReport(stage, 0);
  const versions = heard(stage.lab)
    .filter(({ method }) => method === 'report_state')
    .map(reportOf)
    .find(({ resource_versions }) => resource_versions?.QosPolicy);
  assert.equal(versions?.agent_type, 'Linux bridge agent');
  // The L3 agent asks for its routers after its first report.
  for (const method of ['get_active_networks_info', 'get_router_ids', 'get_host_ha_router_count'])
    await eventually(method, async () =>
      assert.ok(
        heard(stage.lab).some(
          (message) => message.method === method && message.reply && !message.reply.failure,
        ),
        method,
      ),
    );
}

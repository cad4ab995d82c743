import { bareAnswer, bareRate } from '../floors/bareAnswer.ts';
import { atOnce, withCpu } from '../measure.ts';
import type { Row, Sample } from '../row.ts';
import { getters } from '../target/connection.ts';
import { withoutKeystone } from '../target/noauth.ts';
import type { Target } from '../target/target.ts';
import { networkWithSubnet } from './networks.ts';

const goal = { times: 50 };
/** As a profile of a worker and of the statement alone show. */
const missed =
  "One statement is left, which MariaDB keeps parsed; to plan it anew and to look up eleven tables takes it a third of a millisecond. Of a worker's own time two fifths go into writing to the two sockets, the database's and the client's; the rest is Node's and fastify's handling of a request. It would take answers from memory, which could be stale.";
/** A client of this age gives up. */
const TIMEOUT_MILLISECONDS = 2000;

const urlOf = ({ api }: Target, id: string) => `${api.url}/v2.0/networks/${id}`;

/** The same network again and again on one connection. */
async function latencies(target: Target, id: string, times: number): Promise<Sample> {
  const [one] = await getters(1, urlOf(target, id), target.api.headers);
  const { result, cpu } = await withCpu(target, async () => {
    const values: number[] = [];
    for (let index = 0; index < times; index += 1) values.push(await one!.get());
    return values;
  });
  one!.close();
  return { values: result, cpu: cpu / times };
}

/** On several connections at once. Answers that took too long for a client count as failures. */
async function rate(target: Target, id: string, times: number, connections: number): Promise<Sample> {
  const lanes = await getters(connections, urlOf(target, id), target.api.headers);
  let failures = 0;
  const sample = await atOnce(target, times, connections, async (_, lane) => {
    if ((await lanes[lane]!.get()) > TIMEOUT_MILLISECONDS) failures += 1;
  });
  for (const lane of lanes) lane.close();
  return { ...sample, failures };
}

/** A network as the API answers with it. */
async function answerOf(target: Target): Promise<string> {
  const { id } = await networkWithSubnet(target);
  return target.api.ask('GET', `networks/${id}`);
}

const floor = bareAnswer(answerOf, 500);

const atConnections = (connections: number): Row => ({
  name: `network-get-${connections}`,
  title: `GET one network, ${connections} connection${connections === 1 ? '' : 's'}`,
  unit: '/s',
  goal,
  missed,
  rounds: { ours: 3, peer: 2 },
  operations: { ours: 2000, peer: 150 },
  async measure(target, operations) {
    const { id } = await networkWithSubnet(target);
    return rate(target, id, operations, connections);
  },
  floor: {
    what: 'bare fastify answers of the same body, by as many processes as api_workers',
    measure: async (target) => bareRate(await answerOf(target), 10_000, connections),
  },
});

export const networkGet: readonly Row[] = [
  {
    name: 'network-get',
    title: 'GET one network',
    unit: 'ms',
    goal,
    missed,
    operations: { ours: 2000, peer: 50 },
    async measure(target, operations) {
      const { id } = await networkWithSubnet(target);
      return latencies(target, id, operations);
    },
    floor,
  },
  {
    name: 'network-get-noauth',
    title: 'GET one network, without Keystone',
    unit: 'ms',
    goal,
    missed,
    rounds: { ours: 2, peer: 2 },
    operations: { ours: 3000, peer: 50 },
    async measure(target, operations) {
      const { id } = await networkWithSubnet(target);
      const bare = await withoutKeystone(target);
      await latencies(bare, id, operations); // the server has just been started
      return latencies(bare, id, operations);
    },
    floor,
  },
  ...[1, 8, 32].map(atConnections),
];

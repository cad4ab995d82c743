import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostNamed } from '../../src/lab/lab.ts';
import { nodeProgram } from '../../src/lab/paths.ts';
import { start } from '../../src/linux/process.ts';
import { ratePerSecond, soon } from '../measure.ts';
import { percentile } from '../report/figures.ts';
import type { Floor } from '../row.ts';
import { getters } from '../target/connection.ts';
import { mostMoreWhile } from '../target/memory.ts';
import type { Target } from '../target/target.ts';
import { memoryMiB } from '../target/usage.ts';

/** As many as api_workers of the clouds. */
const WORKERS = 2;
/** Free in the controller's network, which nothing of this machine is in. */
const PORT = '9799';
const URL = `http://127.0.0.1:${PORT}/`;

/** Has bare fastify processes answer with a body on `URL`, does something with them, and ends them. */
export async function withBareServer<T>(
  body: string,
  use: (url: string, pids: readonly number[]) => Promise<T>,
  processes = WORKERS,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'neutron-bench-bare-'));
  const file = join(directory, 'body.json');
  await writeFile(file, body);
  const program = join(import.meta.dirname, 'bareServer.ts');
  const servers = Array.from({ length: processes }, () => start([nodeProgram, program, PORT, file]));
  try {
    await soon(() => fetch(URL));
    return await use(
      URL,
      servers.map(({ pid }) => pid!),
    );
  } finally {
    for (const server of servers) server.kill('SIGKILL');
    await rm(directory, { recursive: true });
  }
}

/** Milliseconds, the median of so many, in which the body comes on one connection. */
const bareLatency = (body: string, times: number): Promise<number> =>
  withBareServer(body, async (url) => {
    const [one] = await getters(1, url, {});
    const values: number[] = [];
    for (let index = 0; index < times; index += 1) values.push(await one!.get());
    one!.close();
    return percentile(values, 0.5);
  });

/** Milliseconds of an answer with the same body as the API's, so many times. */
export const bareAnswer = (bodyOf: (target: Target) => Promise<string>, times: number): Floor => ({
  what: 'a bare fastify answer of the same body',
  measure: async (target) => bareLatency(await bodyOf(target), times),
});

/** MiB that a bare server takes to answer with the same body as the API's, which it has. */
export const bareMemory = (bodyOf: (target: Target) => Promise<string>): Floor => ({
  what: 'a bare fastify answers with the same body, which it has',
  measure: async (target) => {
    const host = hostNamed(target.lab, 'controller');
    const body = await bodyOf(target);
    return withBareServer(
      body,
      (url, pids) =>
        mostMoreWhile(
          () => memoryMiB(host, pids),
          async () => (await fetch(url)).text(),
        ),
      1,
    );
  },
});

/** How often a second the body comes on so many connections. */
export const bareRate = (body: string, times: number, connections: number): Promise<number> =>
  withBareServer(body, async (url) => {
    const lanes = await getters(connections, url, {});
    const rate = await ratePerSecond(times, connections, (_, lane) => lanes[lane]!.get());
    for (const lane of lanes) lane.close();
    return rate;
  });

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from 'rabbitmq-client';
import { nodeProgram } from '../../src/lab/paths.ts';
import { start } from '../../src/linux/process.ts';
import { elapsed, ratePerSecond, soon } from '../measure.ts';
import { percentile } from '../report/figures.ts';
import type { Floor } from '../row.ts';

const BROKER = 'amqp://openstack:opst@127.0.0.1:5672/';
const QUEUE = 'bench-floor';
const CALLS = 500;

/** Does something with calls through the broker that a process which does nothing else answers with its processor time in microseconds. */
async function withBareConsumer<T>(use: (call: () => Promise<number>) => Promise<T>): Promise<T> {
  const consumer = start([nodeProgram, join(import.meta.dirname, 'bareConsumer.ts'), BROKER, QUEUE]);
  const broker = new Connection({ url: BROKER, noDelay: true });
  const caller = broker.createRPCClient({ confirm: true });
  try {
    await soon(() => broker.queueDeclare({ queue: QUEUE, passive: true }));
    return await use(async () => (await caller.send(QUEUE, 'call')).body);
  } finally {
    consumer.kill('SIGKILL');
    await caller.close();
    await broker.close();
  }
}

/** Milliseconds of a call, the median. */
export const bareCall: Floor = {
  what: 'a call through RabbitMQ that a bare consumer answers',
  measure: () =>
    withBareConsumer(async (call) => {
      const values: number[] = [];
      for (let count = 0; count < CALLS; count += 1) values.push(await elapsed(call));
      return percentile(values, 0.5);
    }),
};

/** Calls a second, so many at once. */
export const bareCalls = (lanes: number): Floor => ({
  what: 'calls through RabbitMQ that a bare consumer answers',
  measure: () => withBareConsumer((call) => ratePerSecond(CALLS * 4, lanes, call)),
});

/** Milliseconds of processor time that the consumer spends on a call, so many a second coming one at a time. */
export const bareCallCpu = (perSecond: number): Floor => ({
  what: `a bare consumer's processor time for a call through RabbitMQ, ${perSecond} a second`,
  measure: () =>
    withBareConsumer(async (call) => {
      const first = await call();
      for (let count = 1; count < CALLS; count += 1) {
        await call();
        await sleep(1000 / perSecond);
      }
      return ((await call()) - first) / 1000 / CALLS;
    }),
});

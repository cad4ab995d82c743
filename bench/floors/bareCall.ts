import { Connection } from 'rabbitmq-client';
import { elapsed, ratePerSecond } from '../measure.ts';
import { percentile } from '../report/figures.ts';
import type { Floor } from '../row.ts';

const BROKER = 'amqp://openstack:opst@127.0.0.1:5672/';
const QUEUE = 'bench-floor';
const CALLS = 500;

/** Does something with calls through the broker that are answered with a word at once. */
async function withEcho<T>(use: (call: () => Promise<unknown>) => Promise<T>): Promise<T> {
  const broker = new Connection({ url: BROKER, noDelay: true });
  const echo = broker.createConsumer({ queue: QUEUE, queueOptions: { autoDelete: true } }, (_, reply) =>
    reply('echo'),
  );
  const caller = broker.createRPCClient({ confirm: true });
  try {
    await new Promise((resolve) => echo.once('ready', resolve));
    return await use(() => caller.send(QUEUE, 'call'));
  } finally {
    await caller.close();
    await echo.close();
    await broker.close();
  }
}

/** Milliseconds of a call, the median. */
export const bareCall: Floor = {
  what: 'a call through RabbitMQ that a bare consumer answers',
  measure: () =>
    withEcho(async (call) => {
      const values: number[] = [];
      for (let count = 0; count < CALLS; count += 1) values.push(await elapsed(call));
      return percentile(values, 0.5);
    }),
};

/** Calls a second, so many at once. */
export const bareCalls = (lanes: number): Floor => ({
  what: 'calls through RabbitMQ that a bare consumer answers',
  measure: () => withEcho((call) => ratePerSecond(CALLS * 4, lanes, call)),
});

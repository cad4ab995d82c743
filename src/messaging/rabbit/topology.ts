import type { Channel } from 'rabbitmq-client';
import type { RabbitSettings } from './settings.ts';

/**
 * Exchanges and queues exactly as oslo.messaging declares them: whoever comes second, Python or we, must find the
 * same arguments, or the broker answers PRECONDITION_FAILED.
 */

export const fanoutExchange = (topic: string) => `${topic}_fanout`;

export function declareTopicExchange(channel: Channel, settings: RabbitSettings): Promise<void> {
  return channel.exchangeDeclare({
    exchange: settings.exchange,
    type: 'topic',
    durable: settings.durableQueues,
    autoDelete: settings.autoDelete,
  });
}

export const declareFanoutExchange = (channel: Channel, exchange: string): Promise<void> =>
  channel.exchangeDeclare({ exchange, type: 'fanout', durable: false, autoDelete: true });

const transient = (settings: RabbitSettings) => ({
  durable: false,
  autoDelete: false,
  arguments: {
    ...(settings.mirroredQueues ? { 'x-ha-policy': 'all' } : {}),
    'x-expires': settings.transientQueuesTtl * 1000,
  },
});

/** Declares and binds what a listener consumes; returns the queues' names. */
export async function declareListener(
  channel: Channel,
  settings: RabbitSettings,
  topic: string,
  server: string,
  fanoutQueue: string,
): Promise<string[]> {
  const { exchange, durableQueues, autoDelete, quorumQueues, mirroredQueues } = settings;
  await declareTopicExchange(channel, settings);
  const queues = [topic, `${topic}.${server}`];
  for (const queue of queues) {
    await channel.queueDeclare({
      queue,
      durable: durableQueues || quorumQueues,
      autoDelete,
      arguments: {
        ...(mirroredQueues ? { 'x-ha-policy': 'all' } : {}),
        ...(quorumQueues ? { 'x-queue-type': 'quorum' as const } : {}),
      },
    });
    await channel.queueBind({ queue, exchange, routingKey: queue });
  }
  await declareFanoutExchange(channel, fanoutExchange(topic));
  await channel.queueDeclare({ queue: fanoutQueue, ...transient(settings) });
  await channel.queueBind({ queue: fanoutQueue, exchange: fanoutExchange(topic), routingKey: topic });
  return [...queues, fanoutQueue];
}

/** Replies come through the default exchange: the queue needs no binding. */
export async function declareReplyQueue(
  channel: Channel,
  settings: RabbitSettings,
  queue: string,
): Promise<string[]> {
  await channel.queueDeclare({ queue, ...transient(settings) });
  return [queue];
}

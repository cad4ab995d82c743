/** Answers every call through RabbitMQ with its own processor time so far, in microseconds. Arguments: broker, queue. */
import { Connection } from 'rabbitmq-client';

const [url, queue] = process.argv.slice(2) as [string, string];
const broker = new Connection({ url, noDelay: true });
broker.createConsumer({ queue, queueOptions: { autoDelete: true } }, (_, reply) => {
  const { user, system } = process.cpuUsage();
  return reply(user + system);
});

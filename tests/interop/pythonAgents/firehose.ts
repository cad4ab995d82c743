/**
 * Writes down what RabbitMQ hands to its consumers, a line of JSON each, from the exchange that it traces to. Run in a
 * lab, on the host of the broker. Argument: the file.
 */
import { appendFileSync } from 'node:fs';
import { Connection } from 'rabbitmq-client';

const [, , file = '/var/log/firehose.jsonl'] = process.argv;
const connection = new Connection('amqp://openstack:opst@localhost:5672/');
connection.on('error', () => {}); // it comes back by itself

connection
  .createConsumer(
    {
      queue: 'firehose',
      queueOptions: { autoDelete: false },
      queueBindings: [{ exchange: 'amq.rabbitmq.trace', routingKey: 'deliver.#' }],
      noAck: true,
    },
    ({ body, headers, routingKey }) => {
      const text = Buffer.isBuffer(body) ? body.toString() : JSON.stringify(body);
      const line = { queue: routingKey.replace('deliver.', ''), ...headers, body: text };
      appendFileSync(file, `${JSON.stringify(line)}\n`);
    },
  )
  .on('error', () => {});

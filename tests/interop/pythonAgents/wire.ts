import { readFileSync } from 'node:fs';
import { type RunningHost, startIn } from '../../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../../src/lab/lab.ts';
import { nodeProgram, projectRoot } from '../../../src/lab/paths.ts';
import { rabbitmqctl } from '../../../src/lab/services/rabbitmq.ts';
import { waitFor } from '../../../src/lab/waitFor.ts';

const FILE = '/var/log/firehose.jsonl';

/** A request that reached its receiver, as the broker saw it. */
export interface Heard {
  readonly topic: string;
  readonly fanout: boolean;
  /** Behind the topic, of a message to one host. */
  readonly server?: string;
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly version: string;
  readonly called: boolean;
  /** Once the caller has got it. */
  reply?: {
    readonly result: unknown;
    readonly failure?: { readonly class: string; readonly module: string };
  };
}

/** Has RabbitMQ show all that it delivers; anew after each of its starts. */
export const trace = (host: RunningHost) => rabbitmqctl(host, 'eval', 'rabbit_trace:start(<<"/">>).');

/** Writes down what RabbitMQ delivers from now on. */
export async function listen(host: RunningHost): Promise<void> {
  const tool = `${projectRoot}/tests/interop/pythonAgents/firehose.ts`;
  await startIn(
    host,
    [nodeProgram, '--disable-warning=ExperimentalWarning', tool, FILE],
    '/var/log/firehose.out',
  );
  await waitFor('the firehose', () => rabbitmqctl(host, 'eval', CONSUMES));
  await trace(host);
}

const CONSUMES = `true = lists:any(fun(Q) -> element(4, element(2, Q)) =:= <<"firehose">> end, rabbit_amqqueue:list()).`;

interface Line {
  readonly queue: string;
  readonly exchange_name: string;
  readonly routing_keys: readonly string[];
  readonly body: string;
}

interface Body {
  readonly method?: string;
  readonly args?: Record<string, unknown>;
  readonly version?: string;
  readonly _msg_id?: string;
  readonly result?: unknown;
  readonly failure?: string | null;
}

const bodyOf = (text: string): Body => {
  const envelope = JSON.parse(text) as { 'oslo.message'?: string };
  return JSON.parse(envelope['oslo.message'] ?? '{}') as Body;
};

/** Everything that was delivered so far, in its order. */
export function heard(lab: Lab): Heard[] {
  const { pid } = hostNamed(lab, 'controller');
  const lines = readFileSync(`/proc/${pid}/root${FILE}`, 'utf8').split('\n').filter(Boolean);
  const requests: Heard[] = [];
  const waiting = new Map<string, Heard>();
  for (const line of lines) {
    const { queue, exchange_name, routing_keys, body: text } = JSON.parse(line) as Line;
    const body = bodyOf(text);
    if (queue.startsWith('reply_')) {
      const request = waiting.get(body._msg_id!);
      if (request && !request.reply)
        request.reply = {
          result: body.result,
          ...(body.failure ? { failure: JSON.parse(body.failure) } : {}),
        };
      continue;
    }
    if (body.method === undefined) continue;
    const fanout = exchange_name.endsWith('_fanout');
    const full = fanout ? exchange_name.replace(/_fanout$/, '') : routing_keys[0]!;
    const server = [...lab.hosts.keys()].find((host) => full.endsWith(`.${host}`));
    const request: Heard = {
      topic: server === undefined ? full : full.slice(0, -server.length - 1),
      fanout,
      ...(server === undefined ? {} : { server }),
      method: body.method,
      args: body.args ?? {},
      version: body.version ?? '1.0',
      called: body._msg_id !== undefined,
    };
    if (body._msg_id) waiting.set(body._msg_id, request);
    requests.push(request);
  }
  return requests;
}

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Contexts, folder, type MethodFacts, type Recorded, type WireFacts } from './recordings.ts';

/**
 * Makes recorded/ of ../shared: what a real Neutron 21.0 said on its broker, and what is known of its RPC. Run by hand
 * when the recordings change: node tests/wire/collect.ts
 */

const shared = join(import.meta.dirname, '../../../shared');
type Dict = Record<string, unknown>;
const read = (path: string) => JSON.parse(readFileSync(join(shared, path), 'utf8'));

const contexts: Record<string, Dict> = {};

/** A message's own keys; its context is kept once for each kind, as the keys are always the same. */
function parted(message: Dict): Dict {
  const entries = Object.entries(message);
  const context = Object.fromEntries(entries.filter(([key]) => key.startsWith('_context_')));
  if (Object.keys(context).length > 0)
    contexts[context._context_user === null ? 'agent' : 'request'] = context;
  return Object.fromEntries(entries.filter(([key]) => !key.startsWith('_context_')));
}

/** Hosts and card of the reference's run under the names of the guide's. */
const renamed = <Value>(value: Value): Value =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll('refhost2', 'compute')
      .replaceAll('refhost', 'controller')
      .replaceAll('"eth1"', '"eno1"'),
  );

function peer(): Recorded[] {
  const directory = 'peer/record/rpc';
  const names = readdirSync(join(shared, directory)).filter((name) => /^[^I].*\.json$/.test(name));
  return names.sort().map((file): Recorded => {
    const { kind, target, to_method, request, reply } = read(`${directory}/${file}`);
    const [answer] = reply ?? [];
    const topic = target?.replace(/_fanout$/, '') ?? 'q-plugin';
    const [exchange, routingKey] = request ? [request.exchange, request.routing_keys[0]] : ['neutron', topic];
    const body = request ? parted(request.message) : {};
    return {
      name: file.replace(/\.json$/, ''),
      method: (body.method as string) ?? to_method,
      kind: kind.startsWith('cast') ? 'cast' : 'call',
      topic,
      exchange,
      routingKey,
      version: (body.version as string) ?? '1.1',
      ...(request ? { args: body.args as Dict, properties: request.properties } : {}),
      ...(request ? { keys: Object.keys(body) } : {}),
      ...(answer ? { result: answer.message.result, replyKeys: Object.keys(answer.message) } : {}),
      ...(answer ? { replyProperties: answer.properties } : {}),
      ...(answer?.message.failure ? { failure: short(answer.message.failure) } : {}),
    };
  });
}

/** A failure with the first and last line of its traceback. */
function short(failure: string): Dict {
  const parsed = JSON.parse(failure);
  return { ...parsed, tb: [parsed.tb[0], parsed.tb.at(-1)] };
}

function reference(examples: Record<string, Dict>): Recorded[] {
  return Object.entries(renamed(examples)).map(([name, example]): Recorded => {
    const target = name.split('|')[0]!;
    return {
      name: `example ${name.replaceAll('||', '|')}`,
      method: name.split('|').at(-1)!,
      kind: example.kind as Recorded['kind'],
      topic: target.replace(/_fanout$/, '').replace(/\.<host>2?$/, ''),
      exchange: example.exchange as string,
      routingKey: example.routing_key as string,
      version: example.version as string,
      args: example.args as Dict,
      ...('result' in example ? { result: example.result } : {}),
      ...('reply_keys' in example ? { replyKeys: (example.reply_keys as string[][])[0]! } : {}),
    };
  });
}

/** The version that callers ask for, by their code: by topic and method. */
function askedFor(facts: Dict): Map<string, string> {
  type Api = { target: { version: string }; methods: Record<string, { prepare: { version?: string } }> };
  const apis = Object.entries(facts.client_prepare as Record<string, Api>);
  return new Map(
    apis.flatMap(([name, { target, methods: declared }]) =>
      Object.entries(declared).map(([method, { prepare }]) => {
        const version = (prepare.version ?? target.version).replaceAll("'", '');
        return [`${name.endsWith('L3PluginApi') ? 'q-l3-plugin' : 'q-plugin'} ${method}`, version] as const;
      }),
    ),
  );
}

/** Every method of rpc.json, with who serves it. */
function methods(facts: Dict): MethodFacts[] {
  const asked = askedFor(facts);
  const versionOf = (name: string, { topic, client_version, version }: Dict): string => {
    const found = asked.get(`${topic} ${name}`);
    return found && /^[\d.]+$/.test(found) ? found : ((client_version ?? version) as string);
  };
  const groups = { server: facts.server_methods, agent: facts.agent_methods } as Record<string, Dict>;
  return Object.entries(groups).flatMap(([side, bySection]) =>
    Object.entries(bySection).flatMap(([section, named]) =>
      Object.entries(named as Record<string, Dict>)
        .filter(([name]) => !name.startsWith('_'))
        .map(
          ([name, method]): MethodFacts => ({
            name,
            side: side as MethodFacts['side'],
            topic: method.topic as string,
            ...(section === 'trunk' ? { namespace: 'trunk' } : {}),
            version: versionOf(name, method),
            kind: method.kind as string,
            args: Object.keys((method.args ?? {}) as Dict),
            who: (side === 'server' ? method.caller : section) as string,
          }),
        ),
    ),
  );
}

const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const save = (name: string, text: string) => writeFileSync(join(folder, name), text);
const facts = read('reference/rpc.json');
const { exchanges_seen: exchanges, topics_consumed_by: consumed, ...format } = facts.wire_format;

save('peer.jsonl', lines(peer()));
save('reference.jsonl', lines(reference(facts.examples)));
save('contexts.json', `${JSON.stringify(contexts satisfies Contexts, null, 2)}\n`);
save('methods.jsonl', lines(methods(facts)));
const priorities = facts.agent_methods['dhcp agent']._priorities;
const wire: WireFacts = { exchanges, consumed, format, priorities };
save('wire.json', `${JSON.stringify(wire, null, 2)}\n`);

import { exercised } from '../../interop/exercised.ts';
import { type MethodFacts, methods } from '../recordings.ts';
import { reasonOf } from './reasons.ts';
import { type Program, sends, serves } from './usage.ts';

/** A method of Neutron's RPC, and what of it ours has. */
export interface Row {
  readonly facts: MethodFacts;
  /** The topic on the wire. */
  readonly topic: string;
  readonly servedBy: readonly Program[];
  readonly sentBy: readonly Program[];
  /** Who took part in tests with the real counterpart. */
  readonly tested: readonly (keyof typeof TESTED)[];
  readonly reason: string | undefined;
}

const agents = ['linuxbridge', 'dhcp', 'l3', 'metadata', 'runtime'] as const;

/** rpc.json names some topics by the agent that hears them. */
function topicOf({ topic, kind }: MethodFacts): string {
  return (
    /on topic (\S+)/.exec(kind)?.[1] ??
    (topic.startsWith('neutron-vo-') ? 'neutron-vo-AddressGroup-1.2' : topic)
  );
}

function row(facts: MethodFacts): Row {
  const topic = topicOf(facts);
  const [servers, senders]: readonly (readonly Program[])[] =
    facts.side === 'server' ? [['server'], [...agents, 'server']] : [agents, ['server']];
  const isIt = (one: { topic: string; method: string }) =>
    one.method === facts.name &&
    (one.topic === topic || (topic.startsWith('neutron-vo-') && one.topic.startsWith('neutron-vo-')));
  return {
    facts,
    topic: topic === 'neutron-vo-AddressGroup-1.2' ? facts.topic : topic,
    servedBy: servers!.filter((program) => serves(program, topic, facts.name)),
    sentBy: senders!.filter((program) => sends(program, topic, facts.name)),
    tested: [
      ...new Set(exercised.filter(isIt).map(({ server, script }) => (script ? 'script' : server))),
    ].sort(),
    reason: reasonOf(topic, facts.name),
  };
}

export const rows = (): Row[] => methods().map(row);

const named = (programs: readonly Program[]): string =>
  programs.map((program) => (program === 'runtime' ? 'all agents' : program)).join(', ');

const kindOf = (kind: string): string =>
  /^call\b/.test(kind) ? 'call' : /fanout/.test(kind) ? 'fanout' : 'cast';

const TESTED = {
  ours: 'our server, Python’s agents',
  Python: 'Python’s server, our agents',
  script: 'our server, a script with Neutron’s own classes',
} as const;

function line({ facts, topic, servedBy, sentBy, tested, reason }: Row): string {
  const cells = [
    `\`${facts.name}\``,
    `\`${topic}\`${facts.namespace ? ` (namespace ${facts.namespace})` : ''}`,
    facts.version,
    kindOf(facts.kind),
    facts.args.map((arg) => arg.replace('?', '')).join(', '),
    facts.who,
    named(sentBy),
    named(servedBy),
    tested.map((one) => TESTED[one]).join('; '),
    reason ?? '',
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const table = (heading: string, who: string, lines: readonly string[]): string =>
  [
    `## ${heading}`,
    '',
    `| method | topic | version | kind | arguments | ${who} | sent by ours | served by ours | tested against the real counterpart | remark |`,
    '|---|---|---|---|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');

export function rpcDocument(): string {
  const all = rows();
  const ofSide = (side: MethodFacts['side']) => all.filter(({ facts }) => facts.side === side);
  const is = (test: (row: Row) => boolean) => all.filter(test).length;
  const intro = `# RPC methods

Made by \`npm run docs:rpc\` of what Neutron 21.0 has (\`tests/wire/recorded/methods.jsonl\`), of the interfaces in \`src/rpc\`, of
who uses them in \`src/server\` and \`src/agents\`, and of what tests see cross the wire between ours and the real Python
processes (\`tests/interop/exercised.ts\`); do not edit.

${all.length} methods: ours serves ${is(({ servedBy }) => servedBy.length > 0)} and sends ${is(({ sentBy }) => sentBy.length > 0)}; ${is(({ tested }) => tested.length > 0)} crossed the wire to or from a real
Python process in a test, ${is(({ tested }) => tested.length === 1 && tested[0] === 'script')} of them only to or from a script with Neutron's own classes, as no agent of the tests' deployments uses
them. All that were recorded on a real broker are held against ours field by field, with no Python, by
\`tests/wire/wire.host.test.ts\`; what differs there stands in \`tests/wire/departures.ts\`, with the reason. What both servers
answer of one database is compared field by field by \`tests/interop/rpcAnswers.host.test.ts\`, with its differences and their
reasons in \`tests/interop/rpcAnswers/departures.ts\`. *All agents* is what they share
(\`src/agents/runtime\`). A method that ours serves and does not send is for Python's agents, or those of other kinds.
`;
  return [
    intro,
    table('What servers answer', 'called in Neutron by', ofSide('server').map(line)),
    table('What agents hear', 'heard in Neutron by', ofSide('agent').map(line)),
  ].join('\n');
}

import { paragraph } from '../../health/render.ts';
import { flag, option, positional } from '../argparse/argument.ts';
import { integer } from '../argparse/types.ts';
import { action, type Call, type Commands } from '../command.ts';
import { findingsOf } from '../diagnosis/ask.ts';
import { ClientError } from '../errors.ts';
import { type Dict, dumps, isDict, type Json, str } from '../python/value.ts';

const MARK: Readonly<Record<string, string>> = { pass: '✔', fail: '✘' };
const SIDES = ['intended', 'installed', 'observed'] as const;

const dict = (value: Json | undefined): Dict => (value !== undefined && isDict(value) ? value : {});
const dicts = (value: Json | undefined): Dict[] => (Array.isArray(value) ? value.filter(isDict) : []);
const text = (value: Json | undefined): string => (value === null || value === undefined ? '' : str(value));

const markOf = (outcome: Json | undefined): string => MARK[text(dict(outcome).result)] ?? '–';

/** What a side of a hop rests on, or why nothing is known of it. */
function detailsOf(hop: Dict): string[] {
  return SIDES.flatMap((side) => {
    const { evidence, why } = dict(hop[side]);
    const seen = Array.isArray(evidence)
      ? evidence.map(str)
      : why === undefined
        ? []
        : [`not checked: ${text(why)}`];
    return seen.map((line) => `      ${side}: ${line}`);
  });
}

function endText(end: Json | undefined, given: string): string {
  const { address, floating_ip_address: floating } = dict(end);
  const shown = [floating, address].map(text).filter((one) => one !== '' && one !== given);
  return shown.length === 0 ? given : `${given} (${[...new Set(shown)].join(', ')})`;
}

/** The trace for a terminal: a line for each hop, then what is wrong, first the first. */
export function traceLines(trace: Dict, from: string, to: string, details: boolean): string[] {
  const hops = dicts(trace.hops);
  const hosts = Math.max(4, ...hops.map(({ host }) => text(host).length));
  const names = Math.max(3, ...hops.map(({ name }) => text(name).length));
  const row = (number: string, host: string, name: string, marks: readonly string[]) =>
    `${number.padStart(3)}  ${host.padEnd(hosts)}  ${name.padEnd(names)}  ${marks.join('  ')}`.trimEnd();
  const marks = (hop: Dict) => SIDES.map((side) => markOf(hop[side]).padEnd(side.length));
  const what = trace.port === null ? text(trace.protocol) : `${text(trace.protocol)}/${text(trace.port)}`;
  const first = trace.first_difference;
  const unread = hops.filter((hop) => hop.host !== null && dict(hop.installed).result === 'not checked');
  return [
    `${what} from ${endText(trace.from, from)} to ${endText(trace.to, to)}`,
    row('', 'host', 'hop', SIDES),
    ...hops.flatMap((hop) => [
      row(text(hop.hop), text(hop.host) || '–', text(hop.name), marks(hop)),
      ...(details ? detailsOf(hop) : []),
    ]),
    ...(details
      ? []
      : unread.map((hop) => `– hop ${text(hop.hop)} not read: ${text(dict(hop.installed).why)}`)),
    '',
    first === null || first === undefined
      ? `No hop differs${trace.result === 'not checked' ? ', as far as could be looked at' : ''}.`
      : `The first difference is at hop ${text(first)}:`,
    ...findingsOf(trace.problems).flatMap((finding, at) => [...(at > 0 ? [''] : []), ...paragraph(finding)]),
  ];
}

async function run({ args, api, print }: Call): Promise<void> {
  const from = args.text('from') ?? '';
  const to = args.text('to') ?? '';
  const protocol = args.text('protocol') ?? 'icmp';
  const port = args.number('port');
  const asked = {
    from,
    to,
    protocol,
    probe: !args.flag('no_probe'),
    ...(port === undefined ? {} : { port }),
  };
  const { trace } = await api.post('/nts-traces', { trace: asked });
  const answer = dict(trace);
  const lines = traceLines(answer, from, to, args.flag('details'));
  print(args.get('formatter') === 'json' ? `${dumps(answer, 2)}\n` : `${lines.join('\n')}\n`);
  if (answer.result === 'fail') throw new ClientError(`The path from ${from} to ${to} does not work.`);
}

export const commands: Commands = {
  trace: action({
    about:
      'Walk every hop of the path from one port or address to another, and say where what is intended, installed and observed first differ; the exit status is 1 when they do.',
    arguments: [
      option(['-f', '--format'], {
        dest: 'formatter',
        choices: ['text', 'json'],
        default: 'text',
        help: 'How to print it: for people, or as the server answered.',
      }),
      option('--protocol', {
        choices: ['icmp', 'tcp', 'udp'],
        default: 'icmp',
        help: 'What is sent: icmp (ping, unless told), tcp or udp.',
      }),
      option('--port', { type: integer, metavar: 'PORT', help: 'Destination port, for tcp and udp.' }),
      flag('--no-probe', { help: 'Send no packets to try the path: only read.' }),
      flag('--details', { help: 'Show what was read at each hop.' }),
      positional('from', 'FROM', {
        help: 'ID or name of a port, a floating IP, or an address, also one outside.',
      }),
      positional('to', 'TO', { help: 'As FROM.' }),
    ],
    run,
  }),
};

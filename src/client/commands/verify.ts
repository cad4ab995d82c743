import { paragraph } from '../../health/render.ts';
import { flag, option, repeated } from '../argparse/argument.ts';
import { action, type Call, type Commands } from '../command.ts';
import { ClientError } from '../errors.ts';
import { dumps, type Json } from '../python/value.ts';
import { lineText, summary } from '../verify/line.ts';
import { type Report, verify } from '../verify/verify.ts';

const runVerify = async ({ args, api, print }: Call): Promise<void> => {
  const start = performance.now();
  const json = args.flag('json') || args.get('formatter') === 'json';
  const keep = args.flag('keep');
  const options = {
    hosts: args.texts('host'),
    network: args.text('network'),
    router: args.text('router'),
    external: args.text('external'),
    outside: args.text('outside'),
    keep,
  };
  const report = await verify(api, options, (line) => {
    if (!json) print(`${lineText(line)}\n`);
  });
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  if (json) print(`${dumps({ ...report, seconds } as unknown as Json, 2)}\n`);
  else print(ending(report, seconds, keep));
  const failed = report.lines.filter(({ result }) => result === 'fail').length;
  if (failed > 0) throw new ClientError(`${failed} of ${report.lines.length} tests failed.`);
  if (report.result === 'fail') throw new ClientError('Nothing could be tested.');
};

const ending = ({ lines, problems, left }: Report, seconds: number, keep: boolean): string =>
  [
    ...problems.flatMap((finding) => ['', ...paragraph(finding)]),
    '',
    summary(lines, seconds),
    ...left.map((what) => `could not be removed: ${what}`),
    ...(keep ? ["What was made stays, each called nts-verify; the next 'neutron verify' removes it."] : []),
  ]
    .map((line) => `${line}\n`)
    .join('');

export const commands: Commands = {
  verify: action({
    about:
      'Try the whole network with ports of its own on every host, say what does not work and why, and clean up; the exit status is 1 when something does not.',
    arguments: [
      option(['-f', '--format'], {
        dest: 'formatter',
        choices: ['text', 'json'],
        default: 'text',
        help: 'How to print it: for people as it goes on, or as JSON at the end.',
      }),
      flag('--json', { help: 'The same as -f json.' }),
      repeated('--host', {
        metavar: 'HOST',
        default: [],
        help: 'Test this host only; may be repeated. All with a live Linux bridge agent by default.',
      }),
      option('--network', {
        metavar: 'NETWORK',
        help: 'Test on this network instead of a private one made for the purpose.',
      }),
      option('--router', { metavar: 'ROUTER', help: 'Use this router instead of one made for the purpose.' }),
      option('--external', {
        metavar: 'NETWORK',
        help: 'The external network to use, where there are several.',
      }),
      option('--outside', {
        metavar: 'ADDRESS',
        help: 'Also ping this IPv4 address, beyond the gateway of the external network.',
      }),
      flag('--keep', { help: 'Leave everything in place for an hour, for a look.' }),
    ],
    run: runVerify,
  }),
};

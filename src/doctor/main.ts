import { parseArgs } from 'node:util';
import packageFile from '../../package.json' with { type: 'json' };
import { chosen, examine } from './examine.ts';
import { fix, terminalQuestion } from './fix.ts';
import { exitStatus, reportLines } from './report.ts';

const usage = `usage: neutron-doctor [options] [WORD ...]
       neutron-doctor bundle [--output FILE] [--no-remote]
  looks at this host and says what is wrong with it, why, and what to do; as root it sees more
  WORD                    only checks whose names hold it: kernel, filter, local_ip, broker, ...
  --all                   list what passed as well
  --fix                   run the commands of those problems that they solve without risk; asks before each
  --yes                   with --fix: do not ask
  --json                  the report as JSON
  --ask-lan               also ask the physical LAN what others there can see: is there another DHCP server?
  --config-dir DIRECTORY  where the configuration is (/etc/neutron)
  exit status: 0 nothing is wrong (warnings aside), 1 something is, 2 wrong usage
  bundle: one archive to ask for help with: configuration without secrets, problems, logs and the kernel's state,
  of this host and of all others whose agents answer`;

const options = {
  'config-dir': { type: 'string', default: '/etc/neutron' },
  'ask-lan': { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  fix: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

const print = (text: string) => process.stdout.write(`${text}\n`);
const tell = (text: string) => process.stderr.write(`${text}\n`);

/** Most columns that are easy to read. */
const WIDEST = 100;

async function main(argv: string[]): Promise<number> {
  const [verb, ...rest] = argv;
  if (verb === 'bundle' && !rest.includes('--help'))
    return (await import('./bundle/command.ts')).bundleCommand(rest, print);
  const { values, positionals: words } = parseArgs({ args: argv, options, allowPositionals: true });
  if (values.version) print(`neutron-doctor ${packageFile.version}`);
  if (values.help) print(usage);
  if (values.version || values.help) return 0;
  if (chosen(words).length === 0) throw new Error(`no check has ${words.join(' or ')} in its name`);
  const question = { directory: values['config-dir'], askLan: values['ask-lan'], words };
  let { context, report } = await examine(question);
  let fixed = {};
  if (values.fix) {
    const { host, root } = context;
    fixed = {
      fixed: await fix(report.problems, { host, root, yes: values.yes, say: tell, ask: terminalQuestion() }),
    };
    ({ context, report } = await examine(question));
  }
  const { isTTY, columns = WIDEST } = process.stdout;
  const colour = isTTY && !process.env.NO_COLOR;
  if (values.json) print(JSON.stringify({ ...report, ...fixed }, null, 2));
  else print(reportLines(report, { all: values.all, width: Math.min(columns, WIDEST), colour }).join('\n'));
  return exitStatus(report);
}

// A reader that leaves early, as `| head` does, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const status = await main(process.argv.slice(2)).catch((error: Error) => {
  tell(`neutron-doctor: ${error.message}\n${usage}`);
  return 2;
});
// What took too long, as the search for a name that no DNS server answers, does not hold the process.
process.stdout.write('', () => process.exit(status));

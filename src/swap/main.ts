import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { back, type Host, implementationOf, startedBy, swap } from './swap.ts';
import { systemd } from './systemd.ts';
import { isUnit, PROGRAMS, type Unit } from './unit.ts';

const usage = `usage: neutron-swap [--root DIR] [UNIT ...]
       neutron-swap --back [--root DIR] UNIT ...
  has units of Python Neutron's packages run neutron-ts, with the same files and arguments; --back has them run
  Python's again. Without a UNIT it lists what each runs.
  UNIT        ${Object.keys(PROGRAMS).join(', ')}
  --root DIR  change the files below DIR only; nothing is started
  exit status: 0 done, 1 a unit was left as it was or went back, 2 wrong usage`;

const options = {
  back: { type: 'boolean', default: false },
  root: { type: 'string', default: '/' },
  help: { type: 'boolean', short: 'h' },
} as const;

const WATCH_SECONDS = 10;

const say = (line: string) => void process.stdout.write(`${line}\n`);

function list(host: Host): void {
  for (const unit of Object.keys(PROGRAMS) as Unit[]) {
    const runs = implementationOf(unit, host);
    if (runs === 'not installed') continue;
    say(`${unit.padEnd(26)} ${runs.padEnd(11)} ${runs === 'Python' ? '' : startedBy(unit, host)}`.trimEnd());
  }
}

async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
  if (values.help) {
    say(usage);
    return 0;
  }
  const units = positionals.map((name) => name.replace(/\.service$/, '')).filter(isUnit);
  const [stranger] = positionals.filter((name) => !isUnit(name.replace(/\.service$/, '')));
  if (stranger !== undefined) throw new Error(`${stranger} is no unit that it knows`);
  if (values.back && units.length === 0) throw new Error('--back needs a unit');
  const host: Host = {
    root: resolve(values.root),
    bin: resolve(import.meta.dirname, '../../bin'),
    watchSeconds: WATCH_SECONDS,
    say,
    ...(values.root === '/' ? { manager: systemd } : {}),
  };
  if (units.length === 0) list(host);
  for (const unit of units) {
    try {
      await (values.back ? back(unit, host) : swap(unit, host));
    } catch (error) {
      process.stderr.write(`neutron-swap: ${(error as Error).message}\n`);
      return 1;
    }
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`neutron-swap: ${error.message}\n${usage}\n`);
  return 2;
});

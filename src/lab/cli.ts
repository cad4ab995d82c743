import { parseArgs } from 'node:util';
import packageFile from '../../package.json' with { type: 'json' };
import { onTerminal } from '../linux/terminal.ts';
import { forgetCredentials } from './credentials.ts';
import { deployments } from './deployments/index.ts';
import { addGuest, findGuest } from './guests.ts';
import { entering, runIn, runningHosts } from './host.ts';
import { bringUp, hostNamed, type Lab, operatorEnv, takeDown } from './lab.ts';
import { recordedLab, recordLab } from './record.ts';
import { swapCommand } from './swap/command.ts';
import { topologies } from './topologies/index.ts';

const usage = `usage: neutron-lab COMMAND [--name LAB]
  up [--topology ${Object.keys(topologies).join('|')}] [--deployment ${Object.keys(deployments).join('|')}]
  down                      end every host, and all that runs in it
  status                    hosts, and the daemons on each
  shell HOST                a shell on a host
  run HOST -- COMMAND ...   a command on a host
  guest add NAME --host HOST --network NETWORK [--security-group GROUP] [--vm]
  guest run NAME -- COMMAND ...
  swap [--check] [--json] [--verbose]
                            in a lab of its own, under traffic: a cloud of Python Neutron, each process replaced by
                            ours, then back; --check: exit status 1 unless nothing was lost; --json: the timeline on
                            standard output; --verbose: what was touched also as the kernel's own tools show it`;

const options = {
  name: { type: 'string', default: 'lab' },
  topology: { type: 'string', default: 'guide' },
  deployment: { type: 'string', default: 'embedded' },
  host: { type: 'string' },
  network: { type: 'string' },
  'security-group': { type: 'string', multiple: true },
  vm: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

const chosen = <T>(kind: string, table: Readonly<Record<string, T>>, name: string): T => {
  const value = table[name];
  if (!value) throw new Error(`no ${kind} ${name}: there are ${Object.keys(table).join(', ')}`);
  return value;
};

async function status(lab: Lab): Promise<void> {
  for (const host of lab.hosts.values()) {
    const { stdout } = await runIn(host, ['ps', '-eo', 'pid,etime,args', '--no-headers']);
    const daemons = stdout.split('\n').filter((line) => !/ps -eo|sleep 86400|neutron-lab-host|^$/.test(line));
    process.stdout.write(
      `${host.name} (process 1: ${host.pid})\n${daemons.map((line) => `  ${line.slice(0, 140)}\n`).join('')}`,
    );
  }
}

async function main(argv: string[]): Promise<number> {
  const split = argv.indexOf('--');
  const { values, positionals } = parseArgs({
    args: split < 0 ? argv : argv.slice(0, split),
    options,
    allowPositionals: true,
  });
  const behind = split < 0 ? [] : argv.slice(split + 1);
  const [verb, ...words] = positionals;
  if (values.version) {
    process.stdout.write(`neutron-lab ${packageFile.version}\n`);
    return 0;
  }
  if (values.help || !verb) {
    process.stdout.write(`${usage}\n`);
    return values.help ? 0 : 2;
  }
  const foreign = (['check', 'json', 'verbose'] as const).find((option) => values[option]);
  if (foreign && verb !== 'swap') throw new Error(`--${foreign} is an option of neutron-lab swap alone`);
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  if (verb === 'up') {
    const topology = chosen('topology', topologies, values.topology);
    const lab = await bringUp(
      values.name,
      topology,
      chosen('deployment', deployments, values.deployment),
      progress,
    );
    recordLab(lab);
    return 0;
  }
  if (verb === 'down') {
    progress(`${await takeDown(values.name)} hosts ended`);
    return 0;
  }
  if (verb === 'swap') {
    if (words.length === 0) return swapCommand(values);
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  if (runningHosts(values.name).length === 0)
    throw new Error(`lab ${values.name} is not up: neutron-lab up builds it`);
  const lab = await recordedLab(values.name);
  if (verb === 'status') await status(lab);
  else if (verb === 'shell')
    return onTerminal([...entering(hostNamed(lab, words[0] ?? '')), 'bash', '--norc'], operatorEnv(lab));
  else if (verb === 'run')
    return onTerminal([...entering(hostNamed(lab, words[0] ?? '')), ...behind], operatorEnv(lab));
  else if (verb === 'guest' && words[0] === 'run') {
    const guest = await findGuest(lab, words[1] ?? '');
    return onTerminal([...entering(guest.host), ...guest.inside(behind)], operatorEnv(lab));
  } else if (verb === 'guest' && words[0] === 'add' && words[1] && values.host && values.network) {
    const groups = values['security-group'] ?? [];
    const request = {
      name: words[1],
      host: values.host,
      network: values.network,
      securityGroups: groups,
      vm: values.vm,
    };
    const guest = await addGuest(lab, request, progress);
    progress(`${guest.name} on ${guest.host.name}: ${guest.lease}`);
  } else {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  return 0;
}

forgetCredentials();
// A reader that leaves early, as `| head` does, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`neutron-lab: ${error.message}\n`);
  return 1;
});

import { parseArgs } from 'node:util';
import packageFile from '../../package.json' with { type: 'json' };
import { runChecks } from '../health/checks.ts';
import { openContext } from './context.ts';
import { checks } from './registry.ts';
import { exitStatus, reportLines, reportOf } from './report.ts';

const usage = `usage: neutron-doctor [options]
  looks at this host and says what is wrong with it, why, and what to do; as root it sees more
  --config-dir DIRECTORY  where the configuration is (/etc/neutron)
  --ask-lan               also ask the physical LAN what others there can see: is there another DHCP server?
  --all                   list what passed as well
  --json                  the report as JSON
  exit status: 0 nothing is wrong (warnings aside), 1 something is, 2 wrong usage`;

const options = {
  'config-dir': { type: 'string', default: '/etc/neutron' },
  'ask-lan': { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options });
  if (values.version) process.stdout.write(`neutron-doctor ${packageFile.version}\n`);
  else if (values.help) process.stdout.write(`${usage}\n`);
  else {
    const context = openContext({ directory: values['config-dir'], askLan: values['ask-lan'] });
    const report = reportOf(await runChecks(checks, context));
    const text = values.json ? JSON.stringify(report, null, 2) : reportLines(report, values.all).join('\n');
    process.stdout.write(`${text}\n`);
    return exitStatus(report);
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`neutron-doctor: ${error.message}\n${usage}\n`);
  return 2;
});

import { interrupted } from './interrupt.ts';
import { runShell } from './shell.ts';

/** Entry point of the `neutron` command. */
process.stderr.write(
  'neutron CLI is deprecated and will be removed in the Z cycle. Use openstack CLI instead.\n',
);

process.on('SIGINT', () => {
  process.stderr.write('... terminating neutron client\n');
  void interrupted().finally(() => process.exit(130));
});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(1);
  throw error;
});

process.exitCode = await runShell(process.argv.slice(2));

import { parseArgs } from 'node:util';
import { makeKeys } from './keys.ts';

const usage = `usage: neutron-rpc-keys [DIRECTORY]

Makes the CURVE keys of the ZeroMQ transport in DIRECTORY, /etc/neutron/rpc-keys unless told.
The controller keeps them all; copy server.key and client.key_secret to every other host.`;

const { values, positionals } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});
if (values.help || positionals.length > 1) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}
try {
  for (const path of makeKeys(positionals[0] ?? '/etc/neutron/rpc-keys')) console.log(path);
} catch (error) {
  const { code, path, message } = error as NodeJS.ErrnoException;
  console.error(code === 'EEXIST' ? `${path} exists already; nothing was changed` : message);
  process.exit(1);
}

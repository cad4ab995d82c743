import { parseArgs } from 'node:util';
import { VERSION } from '../../config/version.ts';
import { makeKeys } from './keys.ts';

const usage = `usage: neutron-rpc-keys [DIRECTORY]

Makes the CURVE keys of the ZeroMQ transport in DIRECTORY, /etc/neutron/rpc-keys unless told.
The controller keeps them all, for the user that neutron-server runs as (chown -R neutron DIRECTORY); copy
server.key and client.key_secret to every other host.`;

const read = () => {
  try {
    return parseArgs({
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } },
      allowPositionals: true,
    });
  } catch (error) {
    console.error(`${usage}\n\nneutron-rpc-keys: error: ${(error as Error).message}`);
    process.exit(2);
  }
};
const { values, positionals } = read();
if (values.version) {
  console.log(`neutron-rpc-keys ${VERSION}`);
  process.exit(0);
}
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

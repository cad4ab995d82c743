import { Namespace } from '../client/argparse/namespace.ts';
import { Api } from '../client/http/api.ts';
import { readSettings } from '../client/http/settings.ts';
import { createTransport } from '../client/http/transport.ts';
import { createLog } from '../client/log.ts';

/** Asks the API as the user of the OS_* variables. Rejects with ClientError. */
export async function withApi<T>(
  env: NodeJS.ProcessEnv,
  timeoutMilliseconds: number,
  use: (api: Api) => Promise<T>,
): Promise<T> {
  const log = createLog(false);
  const tls = { ca: env.OS_CACERT, certificate: env.OS_CERT, key: env.OS_KEY, insecure: false };
  const transport = createTransport({ timeout: timeoutMilliseconds, ...tls }, log);
  try {
    return await use(new Api(readSettings(new Namespace(), env), transport, log, 0));
  } finally {
    transport.close();
  }
}

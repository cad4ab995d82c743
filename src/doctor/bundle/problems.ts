import { Namespace } from '../../client/argparse/namespace.ts';
import { Api } from '../../client/http/api.ts';
import { readSettings } from '../../client/http/settings.ts';
import { createTransport } from '../../client/http/transport.ts';
import { createLog } from '../../client/log.ts';

const TIMEOUT_MILLISECONDS = 20_000;

/** What the server says is wrong in the whole deployment, and who its agents are, as the user of the OS_* variables. */
export async function problemsOfServer(env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const log = createLog(false);
  const tls = { ca: env.OS_CACERT, certificate: env.OS_CERT, key: env.OS_KEY, insecure: false };
  const transport = createTransport({ timeout: TIMEOUT_MILLISECONDS, ...tls }, log);
  try {
    const api = new Api(readSettings(new Namespace(), env), transport, log, 0);
    const ask = async (path: string) => {
      const answer = await api.get(path).catch((error: Error) => ({ error: error.message }));
      return JSON.stringify(answer, null, 2);
    };
    const paths = ['nts-problems', 'agents', 'networks', 'subnets', 'routers'];
    const answers = await Promise.all(paths.map((path) => ask(`/${path}`)));
    return Object.fromEntries(paths.map((path, at) => [`api/${path}.json`, answers[at]!]));
  } finally {
    transport.close();
  }
}

import { withApi } from '../api.ts';

const TIMEOUT_MILLISECONDS = 20_000;

/** What the server says is wrong in the whole deployment, and who its agents are, as the user of the OS_* variables. */
export const problemsOfServer = (env: NodeJS.ProcessEnv): Promise<Record<string, string>> =>
  withApi(env, TIMEOUT_MILLISECONDS, async (api) => {
    const ask = async (path: string) => {
      const answer = await api.get(path).catch((error: Error) => ({ error: error.message }));
      return JSON.stringify(answer, null, 2);
    };
    const paths = ['nts-problems', 'agents', 'networks', 'subnets', 'routers'];
    const answers = await Promise.all(paths.map((path) => ask(`/${path}`)));
    return Object.fromEntries(paths.map((path, at) => [`api/${path}.json`, answers[at]!]));
  });

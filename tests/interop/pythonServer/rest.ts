import { runIn } from '../../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../../src/lab/lab.ts';

/** The REST API of a lab's server, as an administrator: clients know only a part of what plugins serve. */
export interface Rest {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: object): Promise<T>;
  put<T>(path: string, body?: object): Promise<T>;
  delete(path: string, body?: object): Promise<void>;
}

const TOKEN_BODY = {
  auth: {
    identity: {
      methods: ['password'],
      password: { user: { name: 'admin', password: 'admin', domain: { id: 'default' } } },
    },
    scope: { project: { name: 'admin', domain: { id: 'default' } } },
  },
};

export async function restOf(lab: Lab): Promise<Rest> {
  const control = hostNamed(lab, 'controller');
  const curl = async (...words: string[]) => (await runIn(control, ['curl', '-sS', ...words])).stdout;
  const json = ['-H', 'Content-Type: application/json'];
  const tokenUrl = 'http://controller:5000/v3/auth/tokens';
  const answer = await curl(
    '-D',
    '-',
    '-o',
    '/dev/null',
    ...json,
    '-d',
    JSON.stringify(TOKEN_BODY),
    tokenUrl,
  );
  const token = /^x-subject-token: (\S+)/im.exec(answer)?.[1];
  if (!token) throw new Error(`Keystone gives no token: ${answer}`);
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const data = body ? ['-d', JSON.stringify(body)] : [];
    const headers = [...json, '-H', `X-Auth-Token: ${token}`];
    const url = `http://controller:9696/v2.0/${path}`;
    const text = await curl('-X', method, ...headers, ...data, '-w', '\n%{http_code}', url);
    const [status, ...lines] = text.split('\n').reverse();
    const answered = lines.reverse().join('\n');
    if (!/^2/.test(status!)) throw new Error(`${method} ${path}: ${status} ${answered}`);
    return (answered === '' ? undefined : JSON.parse(answered)) as T;
  };
  return {
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
    put: (path, body) => ask('PUT', path, body),
    delete: (path, body) => ask('DELETE', path, body),
  };
}

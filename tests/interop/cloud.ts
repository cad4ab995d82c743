import { splitWords } from '../../src/client/interactive.ts';
import { type PythonClient, type PythonClientName, startPython } from '../../src/client/testing/python.ts';
import type { Outcome } from '../../src/client/testing/run.ts';
import { full } from '../../src/lab/deployments/full.ts';
import { entering } from '../../src/lab/host.ts';
import { bringUp, hostNamed, type Lab, takeDown } from '../../src/lab/lab.ts';
import { binDirectory } from '../../src/lab/paths.ts';
import { guide } from '../../src/lab/topologies/guide.ts';
import { run } from '../../src/linux/process.ts';

/** An administrator of the cloud, or a member of a project of his own. */
export type User = 'admin' | 'demo';

/** Runs a command line; that of a Python client is given without the client's name. */
export type Typist = (line: string, user?: User) => Promise<Outcome>;

/** The guide's cloud with real MariaDB, RabbitMQ and Keystone, with our client and the Python ones on its controller. */
export interface Cloud {
  /** Types into a shell where `neutron` is ours. */
  readonly shell: Typist;
  readonly python: Typist;
  readonly openstack: Typist;
  close(): Promise<void>;
}

/** A user's environment after the guide: Keystone's address, name and password. */
const environmentOf = (user: User): Record<string, string> => ({
  PATH: `${binDirectory}:/usr/sbin:/usr/bin:/sbin:/bin`,
  HOME: '/root',
  LANG: 'C.UTF-8',
  COLUMNS: '200',
  ...full.clientEnv,
  OS_PROJECT_NAME: user,
  OS_TENANT_NAME: user,
  OS_USERNAME: user,
  OS_PASSWORD: user,
});

const anyCode = Array.from({ length: 256 }, (_, code) => code);

/** The clients on the controller of a running lab; `close` ends them, and not the lab. */
export function clientsOf(lab: Lab): Cloud {
  const controller = hostNamed(lab, 'controller');
  const started: PythonClient[] = [];
  const original = (name: PythonClientName): Typist => {
    const client = startPython(name, entering(controller));
    started.push(client);
    return (line, user = 'admin') => client.run(splitWords(line), environmentOf(user));
  };
  return {
    async shell(line, user = 'admin') {
      const assignments = Object.entries(environmentOf(user)).map(([name, value]) => `${name}=${value}`);
      const words = [...entering(controller), 'env', '-i', ...assignments, 'sh', '-c', line];
      const { code, stdout, stderr } = await run(words, { allowed: anyCode });
      return { stdout, stderr, status: code };
    },
    python: original('neutron'),
    openstack: original('openstack'),
    async close() {
      for (const client of started) client.close();
    },
  };
}

/** Builds the cloud; what was built of it ends also when a step fails. */
export async function startCloud(): Promise<Cloud> {
  const name = `interop${process.pid}`;
  try {
    const clients = clientsOf(await bringUp(name, guide, full, () => {}));
    const close = async () => {
      await clients.close();
      await takeDown(name);
    };
    return { ...clients, close };
  } catch (error) {
    await takeDown(name);
    throw error;
  }
}

import { type Daemon, launch, processOf, stop } from '../../src/lab/daemons.ts';
import type { LabProcess } from '../../src/lab/deployments/deployment.ts';
import { shared } from '../../src/lab/deployments/python.ts';
import { writeIn } from '../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../src/lab/lab.ts';
import { waitFor } from '../../src/lab/waitFor.ts';
import { apiAt } from './api.ts';
import type { Target } from './target.ts';

const PORT = 9697;
const FILE = '/etc/neutron/noauth.conf';
const OPTIONS = `[DEFAULT]
auth_strategy = noauth
bind_port = ${PORT}
`;
const SERVER: Daemon = { host: 'controller', name: 'neutron-server' };
const SECOND: Daemon = { host: 'controller', name: 'neutron-server-noauth' };

/** A server's process once more: another port, another log, no Keystone. */
const second = ({ command, env }: LabProcess): LabProcess => ({
  name: SECOND.name,
  command: [
    ...command.filter((word) => !word.startsWith('--log-file=')),
    `--config-file=${FILE}`,
    `--log-file=/var/log/neutron/${SECOND.name}.log`,
  ],
  ...(env ? { env } : {}),
});

const apiOf = (project: string) =>
  apiAt(`http://127.0.0.1:${PORT}`, { 'x-project-id': project, 'x-roles': 'admin' });

/** Starts a second server beside the first, on the same database and broker, by a deployment; resolves once it answers. */
async function startSecond(lab: Lab, deployment = lab.deployment): Promise<void> {
  const host = hostNamed(lab, SECOND.host);
  await writeIn(host, FILE, OPTIONS);
  await launch(lab, host, second(processOf(lab, SERVER, deployment)));
  const api = apiOf('nobody');
  await waitFor('the server without Keystone', () => api.ask('GET', 'extensions')).finally(api.close);
}

/** The cloud through a second server of its kind, for the rest of the round. */
export async function withoutKeystone(target: Target): Promise<Target> {
  const { lab, project } = target;
  target.afterwards(() => stop(lab, SECOND));
  await startSecond(lab);
  const api = apiOf(project);
  target.afterwards(async () => api.close());
  return { ...target, api, daemons: [SECOND.name] };
}

/**
 * Makes what a round needs through a server of ours, on either side: Python's would take many minutes for hundreds of
 * routers. That server runs only meanwhile, and again when all is removed after the round: not while something is measured.
 */
export async function furnished<T>(target: Target, furnish: (maker: Target) => Promise<T>): Promise<T> {
  const { lab, project } = target;
  const api = apiOf(project);
  const start = () => startSecond(lab, shared);
  const end = async () => {
    api.close();
    await stop(lab, SECOND);
  };
  await start();
  target.afterwards(end);
  const made = await furnish({ ...target, api });
  await end();
  target.afterwards(start);
  return made;
}

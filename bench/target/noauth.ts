import { type Daemon, launch, processOf, stop } from '../../src/lab/daemons.ts';
import type { LabProcess } from '../../src/lab/deployments/deployment.ts';
import { waitFor } from '../../src/lab/deployments/processes.ts';
import { writeIn } from '../../src/lab/host.ts';
import { hostNamed } from '../../src/lab/lab.ts';
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

/** The server's process once more: another port, another log, no Keystone. */
const second = ({ command, env }: LabProcess): LabProcess => ({
  name: SECOND.name,
  command: [
    ...command.filter((word) => !word.startsWith('--log-file=')),
    `--config-file=${FILE}`,
    `--log-file=/var/log/neutron/${SECOND.name}.log`,
  ],
  ...(env ? { env } : {}),
});

/** A second server beside the first, on the same database and broker, for the rest of the round. */
export async function withoutKeystone(target: Target, project: string): Promise<Target> {
  const { lab } = target;
  const host = hostNamed(lab, SECOND.host);
  await writeIn(host, FILE, OPTIONS);
  await launch(lab, host, second(processOf(lab, SERVER)));
  target.afterwards(() => stop(lab, SECOND));
  const api = apiAt(`http://127.0.0.1:${PORT}`, { 'x-project-id': project, 'x-roles': 'admin' });
  target.afterwards(async () => api.close());
  await waitFor('the server without Keystone', () => api.ask('GET', 'extensions'));
  return { ...target, api, daemons: [SECOND.name] };
}

import { runIn } from '../host.ts';
import { hostNamed, type Lab, operatorEnv } from '../lab.ts';
import { command } from '../paths.ts';
import { hostWith } from '../topology.ts';

/** The `neutron` command: ours, or Debian's python3-neutronclient. */
export type ClientName = 'ours' | "Python's";

const PROGRAMS: Readonly<Record<ClientName, string>> = {
  ours: command('neutron'),
  "Python's": '/usr/bin/neutron',
};

/** Types a command and returns its standard output. */
export type Client = (...words: string[]) => Promise<string>;

export const clientOf =
  (lab: Lab, name: ClientName): Client =>
  async (...words) => {
    const control = hostNamed(lab, hostWith(lab.topology, 'control').name);
    return (await runIn(control, [PROGRAMS[name], ...words], { env: operatorEnv(lab) })).stdout;
  };

/** One value of what a command shows. */
export const value = async (client: Client, column: string, ...words: string[]): Promise<string> =>
  (await client(...words, '-f', 'value', '-c', column)).trim();

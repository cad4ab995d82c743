import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from '../linux/process.ts';

/** Units that neutron-swap knows, as packages name them, and the program of ours that takes the place of each. */
export const PROGRAMS = {
  'neutron-server': 'neutron-server',
  // Debian's API, under uwsgi. Ours answers RPC as well.
  'neutron-api': 'neutron-server',
  'neutron-linuxbridge-agent': 'neutron-linuxbridge-agent',
  'neutron-l3-agent': 'neutron-l3-agent',
  'neutron-dhcp-agent': 'neutron-dhcp-agent',
  'neutron-metadata-agent': 'neutron-metadata-agent',
} as const;

export type Unit = keyof typeof PROGRAMS;

export const isUnit = (name: string): name is Unit => Object.hasOwn(PROGRAMS, name);

/** Where systemd looks for a unit's own file, the first that has it counts. */
const PLACES = ['etc/systemd/system', 'run/systemd/system', 'usr/lib/systemd/system', 'lib/systemd/system'];

/** The text of a unit's own file, drop-ins aside; undefined where the package is not installed. */
export function unitText(unit: Unit, root: string): string | undefined {
  for (const place of PLACES) {
    try {
      return readFileSync(join(root, place, `${unit}.service`), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return undefined;
}

/** Words of a command line; those in quotes are one. */
export const wordsOf = (line: string): string[] =>
  [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replace(/["']/g, ''));

/** The command line that ExecStart gives Python's program; an init script of Debian's is asked for its own. */
export async function commandOf(text: string, root: string): Promise<string[]> {
  const start = /^ExecStart=[-@:+!]*(.+)$/m.exec(text.replace(/\\\n/g, ' '))?.[1];
  if (start === undefined) throw new Error('its unit has no ExecStart');
  const words = wordsOf(start);
  if (words[1] !== 'systemd-start') return words;
  const { stdout } = await run([join(root, words[0]!), 'show-args']);
  return wordsOf(stdout);
}

/** The arguments for ours, from the command line of Python's. Throws an Error with the reason when there are none. */
export function argumentsFor(unit: Unit, command: readonly string[]): string[] {
  if (!basename(command[0] ?? '').startsWith('uwsgi')) return command.slice(1);
  if (command.includes('--https-socket'))
    throw new Error('uwsgi serves the API with TLS: set use_ssl, ssl_cert_file and ssl_key_file first');
  const at = command.indexOf('--pyargv');
  if (at < 0) throw new Error(`uwsgi's command line names no configuration: ${command.join(' ')}`);
  return [...wordsOf(command[at + 1] ?? ''), `--log-file=/var/log/neutron/${unit}.log`];
}

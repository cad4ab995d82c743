import { basename } from 'node:path';
import { listNamespaces } from '../linux/netns.ts';
import { CommandFailed, run } from '../linux/process.ts';
import { listProcesses } from '../linux/processes.ts';
import { reasonOf } from '../log/reason.ts';
import type { Gathered } from './files.ts';

/** What is asked in every namespace; a file each. */
const EVERYWHERE = [
  'ip -d -s link',
  'ip address',
  'ip rule',
  'ip route show table all',
  'ip neighbour',
  'iptables-save -c',
  'ip6tables-save -c',
  'ss -lntup',
];

/** What is asked of the host alone. */
const HOST = [
  'uname -a',
  'date -u',
  'uptime',
  'cat /etc/os-release',
  'df -h',
  'free -m',
  'lsmod',
  'bridge fdb',
  'bridge link',
  'ebtables-save',
  'ipset save',
  'nft list ruleset',
  'conntrack -S',
  'ip netns list',
  'sysctl -a -r ^net\\.(bridge|netfilter|ipv4\\.(ip_forward|conf|neigh)|ipv6\\.(conf|neigh))',
  'iptables --version',
  'dnsmasq --version',
  'haproxy -v',
  'keepalived --version',
];

/** Only where systemd runs the host. */
const SYSTEMD = ['systemctl --no-pager status neutron-*', 'journalctl --no-pager -n 500 -u neutron-*'];

/** Namespaces looked into, the first by name: each takes some processes. */
const MOST_NAMESPACES = 40;
const LONGEST = 2 * 1024 * 1024;

const fileName = (command: string) => `${command.replaceAll(/[^\w.-]+/g, '_').slice(0, 60)}.txt`;

async function ask(command: string, netns: string | undefined, { files, missed }: Gathered): Promise<void> {
  const place = `kernel/${netns === undefined ? '' : `netns/${netns}/`}${fileName(command)}`;
  try {
    const { stdout } = await run(command.split(' '), { netns, env: { LC_ALL: 'C' } });
    files[place] = `# ${command}\n${stdout.length > LONGEST ? `${stdout.slice(0, LONGEST)}\n…\n` : stdout}`;
  } catch (error) {
    missed.push(`${command}${netns === undefined ? '' : ` in ${netns}`}: ${reasonOf(error)}`);
    // What a program that failed has printed may tell more than its absence.
    if (error instanceof CommandFailed)
      files[place] = `# ${command}\n${error.result.stdout}${error.result.stderr}`;
  }
}

/** The state of this host's kernel: devices, addresses, routes, filters, namespaces, processes. One after the other. */
export async function gatherKernel(gathered: Gathered, systemd: boolean): Promise<void> {
  for (const command of [...HOST, ...EVERYWHERE, ...(systemd ? SYSTEMD : [])])
    await ask(command, undefined, gathered);
  const namespaces = listNamespaces();
  for (const netns of namespaces.slice(0, MOST_NAMESPACES))
    for (const command of EVERYWHERE) await ask(command, netns, gathered);
  for (const netns of namespaces.slice(MOST_NAMESPACES))
    gathered.missed.push(`namespace ${netns}: there are more than ${MOST_NAMESPACES}`);
  gathered.files['kernel/processes.txt'] = processTable();
}

/** Programs whose command lines are of use; those of others are nobody's business. */
const OF_INTEREST = /^(neutron-\S*|dnsmasq|haproxy|keepalived|radvd|main\.ts)$/;

/** Whether one of the first words is such a program: an interpreter and its options stand before it. */
const isOfInterest = (words: readonly string[]) =>
  words.slice(0, 3).some((word) => OF_INTEREST.test(basename(word)));

const processTable = (): string =>
  listProcesses()
    .map(({ pid, parent, user, name, words, started }) => {
      const since = new Date(started).toISOString();
      return `${pid} ${parent} ${user} ${since} ${name}${isOfInterest(words) ? `: ${words.join(' ')}` : ''}`;
    })
    .join('\n');

import { readFileSync } from 'node:fs';
import { projectRoot } from '../paths.ts';
import type { LabHost, Topology } from '../topology.ts';
import type { Deployment, HostPlan, LabProcess } from './deployment.ts';
import { full } from './full.ts';

/**
 * The guide's cloud under Debian's Python Neutron (21.0), on the very files that ours reads: what they need besides is
 * added, and means to ours the same or nothing.
 */
const ADDITIONS: Readonly<Record<string, string>> = {
  '/etc/neutron/neutron.conf': `
[DEFAULT]
transport_url = rabbit://openstack:opst@controller:5672/
api_workers = 2
rpc_workers = 1

[agent]
root_helper = sudo neutron-rootwrap /etc/neutron/rootwrap.conf
root_helper_daemon = sudo neutron-rootwrap-daemon /etc/neutron/rootwrap.conf

[experimental]
linuxbridge = True
`,
  '/etc/neutron/metadata_agent.ini': '\n[DEFAULT]\nnova_metadata_host = controller\n',
};

/** Debian's own words, where the guide's are Liberty's or misspelt. */
const CORRECTIONS: readonly [RegExp, string][] = [
  [/^connection = mysql:/m, 'connection = mysql+pymysql:'],
  [/IptablesFirewallDrive$/m, 'IptablesFirewallDriver'],
];

const WRAPPERS = '/etc/neutron/lab-bin';

/**
 * An ebtables of the lab's own goes before Debian's, whose fault would stop Python's agents for good (the script says how).
 * They call it from privsep's daemon, which sudo starts, so the path is sudo's.
 */
const wrappers: Readonly<Record<string, string>> = {
  [`${WRAPPERS}/ebtables`]: readFileSync(`${projectRoot}/src/lab/tools/ebtables.sh`, 'utf8'),
  '/etc/sudoers.d/zz-neutron-lab': `Defaults secure_path="${WRAPPERS}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\n`,
};

const corrected = (path: string, text: string): string =>
  CORRECTIONS.reduce((result, [pattern, by]) => result.replace(pattern, by), text) + (ADDITIONS[path] ?? '');

/** A daemon of ours with Python's program in place of ours; files and log stay. */
export const pythonCounterpart = (daemon: LabProcess): LabProcess => ({
  ...daemon,
  command: [`/usr/bin/${daemon.name}`, ...daemon.command.slice(1)],
  env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
});

export const isNeutron = ({ name }: LabProcess): boolean => name.startsWith('neutron-');

/** The full deployment with files that both implementations read. */
export const shared: Deployment = {
  ...full,
  name: 'shared',
  plan(topology: Topology, host: LabHost): HostPlan {
    const { files, processes } = full.plan(topology, host);
    const entries = Object.entries(files).map(([path, text]) => [path, corrected(path, text)]);
    const neutron = processes.some(isNeutron);
    return { files: { ...Object.fromEntries(entries), ...(neutron ? wrappers : {}) }, processes };
  },
};

export const python: Deployment = {
  ...shared,
  name: 'python',
  plan(topology: Topology, host: LabHost): HostPlan {
    const plan = shared.plan(topology, host);
    return {
      ...plan,
      processes: plan.processes.map((one) => (isNeutron(one) ? pythonCounterpart(one) : one)),
    };
  },
};

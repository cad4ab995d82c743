import { existsSync, readFileSync } from 'node:fs';
import { vxlan } from '../../../config/options/index.ts';
import {
  confinedByPolicy,
  forwardDropsGuests,
  iptablesMixed,
  networkManagedElsewhere,
  vxlanPortFiltered,
} from '../../../health/catalogue/filters.ts';
import { bridgeFilteringOff } from '../../../health/catalogue/kernel.ts';
import { type Check, failing, notChecked, pass } from '../../../health/checks.ts';
import { run } from '../../../linux/process.ts';
import { findProgram, hasProgram } from '../../../linux/programs.ts';
import { readSysctl } from '../../../linux/sysctl.ts';
import type { DoctorContext } from '../../context.ts';
import { bridged, follow, newUdpTo, readRules } from './firewallRules.ts';
import { filters, usesVxlan } from './kernel.ts';

const AGENT = 'neutron-linuxbridge-agent';

const BRIDGE_FILTERING = ['iptables', 'ip6tables'].map((tool) => `bridge-nf-call-${tool}`);
const bridgeFiltering = (name: string) => readSysctl(`net/bridge/${name}`);

const callsFilters: Check<DoctorContext> = {
  name: 'packet filter: bridged packets',
  async run(context) {
    const { host, seen } = context;
    if (!filters(context)) return pass('the agent of this host filters nothing');
    if (!seen.daemons().some(({ program }) => program === AGENT))
      return notChecked(`${AGENT}, which sees to it, does not run`);
    const values = BRIDGE_FILTERING.map((name) => ({ name, value: bridgeFiltering(name) }));
    if (values.some(({ value }) => value === undefined)) return notChecked('br_netfilter is not loaded');
    const off = values.filter(({ value }) => value !== '1').map(({ name }) => `net.bridge.${name}`);
    const evidence = values.map(({ name, value }) => `net.bridge.${name} = ${value}`);
    return failing(
      off.length > 0 ? [bridgeFilteringOff.found({ off }, { host, evidence })] : [],
      ...evidence,
    );
  },
};

const savedFilter = async (tool: string) =>
  readRules((await run([`${tool}-save`, '-t', 'filter'], { allowed: [0, 1] })).stdout);

/** The chain by which Neutron's agent, ours or Python's, decides about bridged packets. */
const isNeutrons = (chain: string) => /^neutron-linuxbri-FORWARD$/.test(chain);

const forward: Check<DoctorContext> = {
  name: 'packet filter: chain FORWARD',
  async run(context) {
    const { root, host, wants } = context;
    if (!root) return notChecked('it needs root');
    if (!wants(AGENT)) return pass('no virtual machine is plugged in on this host');
    const looked = (['iptables', 'ip6tables'] as const).filter(
      (tool) => hasProgram(`${tool}-save`) && bridgeFiltering(`bridge-nf-call-${tool}`) === '1',
    );
    if (looked.length === 0) return pass('bridged packets do not pass the packet filters');
    const found = await Promise.all(
      looked.map(async (tool) => {
        const rules = await savedFilter(tool);
        const hooked = (rules.chains.get('FORWARD') ?? []).some((rule) => rule.includes('neutron-linuxbri'));
        // Until the agent has run nobody knows what comes first; where it filters nothing it never comes.
        if (!hooked && filters(context)) return [];
        const fate = follow(rules, 'FORWARD', bridged, isNeutrons);
        if (fate.fate !== 'dropped') return [];
        const evidence = [`${tool}-save: ${fate.rule}`];
        return [forwardDropsGuests.found({ tool, rule: fate.rule }, { host, evidence })];
      }),
    );
    return failing(found.flat(), "nothing drops the packets of virtual machines before Neutron's rules");
  },
};

const KERNELS_VXLAN_PORT = 8472;
export const vxlanPort = ({ configOf }: DoctorContext) =>
  configOf(AGENT)?.group(vxlan).udp_dstport ?? KERNELS_VXLAN_PORT;

const input: Check<DoctorContext> = {
  name: 'packet filter: VXLAN of the other hosts',
  async run(context) {
    const { root, host } = context;
    if (!root) return notChecked('it needs root');
    if (!usesVxlan(context)) return pass('enable_vxlan is False');
    if (!hasProgram('iptables-save')) return notChecked('there is no program iptables-save');
    const port = vxlanPort(context);
    const fate = follow(await savedFilter('iptables'), 'INPUT', newUdpTo(port));
    if (fate.fate !== 'dropped') return pass(`nothing in iptables drops UDP port ${port} for certain`);
    const evidence = [`iptables-save: ${fate.rule}`];
    return failing([vxlanPortFiltered.found({ port, rule: fate.rule }, { host, evidence })]);
  },
};

const VARIANTS = { nft: 'legacy', legacy: 'nft' } as const;

const mixed: Check<DoctorContext> = {
  name: 'packet filter: variants of iptables',
  async run({ root, host }) {
    if (!root) return notChecked('it needs root');
    if (!hasProgram('iptables')) return notChecked('there is no program iptables');
    const tool = (await run(['iptables', '--version'])).stdout.trim();
    const used = tool.includes('nf_tables') ? 'nft' : 'legacy';
    const other = VARIANTS[used];
    const program = findProgram(`iptables-${other}-save`);
    // Only asking legacy iptables makes its tables; whether there are any the kernel tells without.
    const tables = other === 'legacy' ? readLines('/proc/net/ip_tables_names') : ['filter'];
    if (tables.length === 0) return pass(`${tool}; there are no ${other} tables`);
    if (program === undefined)
      return notChecked(`there is no iptables-${other}-save to read the ${other} tables with`);
    const { stdout } = await run([program], { allowed: [0, 1] });
    const rules = stdout.split('\n').filter((line) => line.startsWith('-A '));
    if (rules.length === 0) return pass(`${tool}; the ${other} tables hold no rules`);
    const evidence = rules.slice(0, 3).map((rule) => `iptables-${other}-save: ${rule}`);
    return failing([iptablesMixed.found({ tool, used, other, rules: rules.length }, { host, evidence })]);
  },
};

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

/** Programs that manage the same network, by the name of their process, and what they may do. */
const MANAGERS: Readonly<Record<string, string>> = {
  NetworkManager: 'may take back addresses that were moved to a bridge',
  'systemd-network': 'may take back addresses and routes that were moved to a bridge',
  firewalld: "writes Neutron's rules away when it reloads",
  dockerd: 'sets the policy of the chain FORWARD to DROP',
};

const managers: Check<DoctorContext> = {
  name: 'other programs: managers of the network',
  async run({ seen, host }) {
    const words = seen
      .processes()
      .flatMap(({ name, words: [, script] }) => [name, script?.split('/').at(-1)]);
    const running = Object.keys(MANAGERS).filter((name) => words.includes(name));
    const ufw = existsSync('/etc/ufw/ufw.conf') && readLines('/etc/ufw/ufw.conf').includes('ENABLED=yes');
    const found = [
      ...running.map((program) => ({ program, what: MANAGERS[program]! })),
      ...(ufw ? [{ program: 'ufw', what: 'drops what its rules do not allow' }] : []),
    ];
    return failing(
      found.map((args) => networkManagedElsewhere.found(args, { host })),
      'none of those that are known runs',
    );
  },
};

const CONFINED = /^(\S*(?:dnsmasq|haproxy|keepalived|radvd)\S*) \(enforce\)$/;

const policies: Check<DoctorContext> = {
  name: 'other programs: security policies',
  async run({ host }) {
    const enforcing = readLines('/sys/fs/selinux/enforce')[0] === '1';
    const profiles = readLines('/sys/kernel/security/apparmor/profiles').flatMap(
      (line) => CONFINED.exec(line)?.[1] ?? [],
    );
    return failing(
      [
        ...(enforcing ? [{ policy: 'SELinux', programs: ['the programs that agents start'] }] : []),
        ...(profiles.length > 0 ? [{ policy: 'AppArmor', programs: profiles }] : []),
      ].map((args) => confinedByPolicy.found(args, { host })),
      "neither SELinux nor AppArmor confines Neutron's programs, as far as this user may see",
    );
  },
};

/** What else filters or manages the network of this host. */
export const filterChecks: readonly Check<DoctorContext>[] = [
  callsFilters,
  forward,
  input,
  mixed,
  managers,
  policies,
];

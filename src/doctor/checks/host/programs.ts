import { readFileSync } from 'node:fs';
import { securitygroup } from '../../../config/options/index.ts';
import { dnsmasqTooOld, programMissing, programMissingForSome } from '../../../health/catalogue/host.ts';
import { type Check, failing, notChecked, pass } from '../../../health/checks.ts';
import { run } from '../../../linux/process.ts';
import { findProgram } from '../../../linux/programs.ts';
import type { DoctorContext } from '../../context.ts';
import type { Program } from '../../programs.ts';
import { filters } from './kernel.ts';

interface Needed {
  readonly program: string;
  /** The package, named as Debian does. */
  readonly package: string;
  readonly usedFor: string;
  readonly by: readonly Program[];
  /** Networks of some kinds need it, not all. */
  readonly forSome?: true;
  matters?(context: DoctorContext): boolean;
}

const L2 = 'neutron-linuxbridge-agent';
const L3 = 'neutron-l3-agent';
const DHCP = 'neutron-dhcp-agent';

const needed = (
  packageName: string,
  usedFor: string,
  by: readonly Program[],
  programs: readonly string[],
  more: Pick<Needed, 'forSome' | 'matters'> = {},
): readonly Needed[] => programs.map((program) => ({ program, package: packageName, usedFor, by, ...more }));

const usesSets = (context: DoctorContext) =>
  filters(context) && (context.configOf(L2)?.group(securitygroup).enable_ipset ?? true);

/** Every program that a daemon starts, and what fails without. */
const NEEDED: readonly Needed[] = [
  ...needed('iproute2', 'agents make devices, addresses and routes', [L2, L3, DHCP], ['ip', 'bridge']),
  ...needed(
    'iptables',
    'security groups, NAT and floating IPs are made',
    [L2, L3, DHCP],
    ['iptables', 'ip6tables'].flatMap((tool) => [`${tool}-save`, `${tool}-restore`]),
  ),
  ...needed('ipset', 'security groups name the members of other groups', [L2], ['ipset'], {
    matters: usesSets,
  }),
  ...needed('ebtables', 'ARP spoofing is prevented', [L2], ['ebtables-save', 'ebtables-restore'], {
    matters: filters,
  }),
  ...needed('conntrack', 'connections end when their rule does', [L2, L3], ['conntrack'], { forSome: true }),
  ...needed('dnsmasq-base', 'virtual machines get their addresses', [DHCP], ['dnsmasq']),
  ...needed(
    'dnsmasq-utils',
    'addresses are taken back from machines that are gone',
    [DHCP],
    ['dhcp_release'],
    {
      forSome: true,
    },
  ),
  ...needed('haproxy', 'virtual machines get their metadata', [DHCP, L3], ['haproxy']),
  ...needed('keepalived', 'highly available routers change hosts', [L3], ['keepalived'], { forSome: true }),
  ...needed('radvd', 'routers announce IPv6 subnets', [L3], ['radvd'], { forSome: true }),
];

/** The line that installs a package, by this system's own means. */
function installer(): (name: string) => string {
  const system = (() => {
    try {
      return readFileSync('/etc/os-release', 'utf8');
    } catch {
      return '';
    }
  })();
  const isRed = /^ID(_LIKE)?=.*(rhel|fedora|centos)/m.test(system);
  const split = ['dnsmasq-base', 'conntrack'];
  const name = (one: string) =>
    !isRed || !split.includes(one) ? one : one === 'conntrack' ? 'conntrack-tools' : 'dnsmasq';
  return (one) => (isRed ? `dnf install -y ${name(one)}` : `apt-get install -y ${one}`);
}

const programs: Check<DoctorContext> = {
  name: 'programs: installed',
  async run(context) {
    const { wants, host } = context;
    const install = installer();
    const wanted = NEEDED.filter(({ by, matters }) => wants(...by) && (matters?.(context) ?? true));
    const absent = wanted.filter(({ program }) => findProgram(program) === undefined);
    const found = absent.map(({ program, package: name, usedFor, forSome }) =>
      (forSome ? programMissingForSome : programMissing).found(
        { program, usedFor, install: install(name) },
        { host },
      ),
    );
    return failing(found, wanted.map(({ program }) => findProgram(program)!).join(' '));
  },
};

/** The least version that knows every option of the DHCP agent's command line. */
const DNSMASQ = '2.67';

/** Whether a version such as 2.90 is older than another; what follows the numbers does not count. */
export function isOlder(version: string, than: string): boolean {
  const numbers = (text: string) => text.split(/[^0-9]+/).map(Number);
  const [mine, least] = [numbers(version), numbers(than)];
  const at = least.findIndex((number, index) => (mine[index] ?? 0) !== number);
  return at >= 0 && (mine[at] ?? 0) < least[at]!;
}

const dnsmasq: Check<DoctorContext> = {
  name: 'programs: version of dnsmasq',
  async run({ wants, host }) {
    if (!wants(DHCP)) return pass('no DHCP agent is configured here');
    const program = findProgram('dnsmasq');
    if (program === undefined) return notChecked('there is no program dnsmasq');
    const { stdout } = await run([program, '--version'], { allowed: [0, 1] });
    const version = /version (\S+)/i.exec(stdout)?.[1];
    if (version === undefined) return notChecked(`${program} --version says no version`);
    if (!isOlder(version, DNSMASQ)) return pass(`version ${version}`);
    const args = { version, needed: DNSMASQ, install: installer()('dnsmasq-base') };
    return failing([dnsmasqTooOld.found(args, { host, evidence: [stdout.split('\n')[0]!] })]);
  },
};

/** What the agents start is there. */
export const programChecks: readonly Check<DoctorContext>[] = [programs, dnsmasq];

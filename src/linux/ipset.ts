import { converse, NETLINK_NETFILTER, NetlinkFailed } from './netlink/conversation.ts';
import { type IpSet, isOfMember, listRequest, memberRequest, readSets } from './netlink/sets.ts';
import { run } from './process.ts';

export type { IpSet };

/** Above this many differing members a set is filled aside and swapped in, which is atomic. */
const SWAP_ABOVE = 200;
const SWAP_SUFFIX = '-n';
/** IPSET_ERR_PRIVATE. */
const OWN_ERRORS = 4096;

/** Neutron's name of the set that holds a group's members: N, family and id, cut so that '-n' still fits in 31. */
export const ipsetName = (groupId: string, ethertype: 'IPv4' | 'IPv6') =>
  `N${ethertype}${groupId}`.slice(0, 29);

/** hash:net refuses a prefix of length 0: such a member becomes its two halves. */
export function ipsetMember(cidr: string): readonly string[] {
  if (cidr === '0.0.0.0/0') return ['0.0.0.0/1', '128.0.0.0/1'];
  if (cidr === '::/0') return ['::/1', '8000::/1'];
  return [cidr.replace(/\/32$|(?<=:.*)\/128$/, '')];
}

/** Every hash:net set of the namespace with its members. */
export async function listIpsets(netns?: string): Promise<ReadonlyMap<string, IpSet>> {
  const messages = await converse(
    netns,
    (kernel) => kernel.dump(listRequest, 'list of IP sets'),
    NETLINK_NETFILTER,
  );
  return readSets(messages);
}

/** Lines of `ipset restore` that bring the wanted sets about. Sets that are not wanted are left: see `planDestroy`. */
export function planIpsets(wanted: Iterable<IpSet>, observed: ReadonlyMap<string, IpSet>): readonly string[] {
  const lines: string[] = [];
  for (const set of wanted) {
    const have = observed.get(set.name);
    const create = (name: string) => `create ${name} hash:net family ${set.family}`;
    if (!have) lines.push(create(set.name));
    const before = new Set(have?.members ?? []);
    const after = new Set(set.members);
    const add = [...after].filter((member) => !before.has(member));
    const remove = [...before].filter((member) => !after.has(member));
    if (have && add.length + remove.length > SWAP_ABOVE) {
      const aside = set.name + SWAP_SUFFIX;
      lines.push(observed.has(aside) ? `flush ${aside}` : create(aside));
      for (const member of after) lines.push(`add ${aside} ${member}`);
      lines.push(`swap ${aside} ${set.name}`, `destroy ${aside}`);
    } else {
      for (const member of add) lines.push(`add ${set.name} ${member}`);
      for (const member of remove) lines.push(`del ${set.name} ${member}`);
    }
  }
  return lines;
}

/** Lines that destroy Neutron's sets (NIPv4…, NIPv6…) that nothing wants; no rule may refer to them any more. */
export function planDestroy(wanted: ReadonlySet<string>, observed: Iterable<string>): readonly string[] {
  return [...observed]
    .filter((name) => /^NIPv[46]/.test(name) && !wanted.has(name))
    .map((name) => `destroy ${name}`);
}

/**
 * Carries out lines of `ipset restore`; what is there already, or gone already, is no error. Members come and go by netlink, which
 * is what happens often; which revision of a set's type there is to be, and the rest, is left to the program.
 */
export async function restoreIpsets(lines: readonly string[], netns?: string): Promise<void> {
  if (lines.length === 0) return;
  const byProgram = async () => {
    await run(['ipset', 'restore', '-exist'], { netns, input: `${lines.join('\n')}\n` });
  };
  if (!lines.every(isOfMember)) return byProgram();
  const refusals = await converse(
    netns,
    (kernel) => kernel.change(lines.map(memberRequest)),
    NETLINK_NETFILTER,
  );
  for (const [at, refusal] of refusals.entries()) {
    if (!refusal) continue;
    // The numbers of its own errors only the program has words for.
    if (refusal.number >= OWN_ERRORS) return byProgram();
    throw new NetlinkFailed(`ipset ${lines[at]}`, refusal, netns);
  }
}

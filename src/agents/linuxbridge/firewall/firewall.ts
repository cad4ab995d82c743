import { deleteFlows } from '../../../linux/conntrack.ts';
import { type Difference, differencesOf } from '../../../linux/difference.ts';
import { Ebtables } from '../../../linux/ebtables.ts';
import {
  type IpSet,
  ipsetMember,
  ipsetName,
  listIpsets,
  planDestroy,
  planIpsets,
  restoreIpsets,
} from '../../../linux/ipset.ts';
import {
  type FamilyManager,
  IptablesManager,
  type ObservedTables,
  observeFamilies,
  writeFamilies,
} from '../../../linux/iptables/index.ts';
import { SavedRules } from '../../../linux/savedRules.ts';
import type { Log } from '../../../log/log.ts';
import { canonicalBlock } from '../../../net/cidr.ts';
import type { DeviceDetails } from '../../../rpc/l2plugin.ts';
import type {
  Ethertype,
  FilteredPort,
  FirewallRule,
  MemberAddress,
  SecurityGroupInfo,
} from '../../../rpc/securitygroups.ts';
import { DeviceOrder } from '../deviceOrder.ts';
import { annotate } from './comments.ts';
import { staleFlows, type Verdict } from './flows.ts';
import { WRAP } from './portChains.ts';
import type { Remotes } from './rule.ts';
import { spoofingChains } from './spoofing.ts';
import { type Filtered, firewallTables } from './tables.ts';
import { Zones } from './zones.ts';

export interface FirewallOptions {
  readonly ipset: boolean;
  readonly comments: boolean;
  readonly log: Log;
}

/** A device with what the server says about it. */
export interface FirewallDevice {
  readonly details: DeviceDetails;
  readonly bridge: string;
}

/** How the kernel's filters differ from what was applied. */
export interface FirewallComparison {
  /** Compared chains of one family, and sets. */
  readonly chains: number;
  readonly sets: number;
  readonly rules: readonly Difference[];
  readonly ipsets: readonly Difference[];
  readonly ebtables: readonly Difference[];
}

/** A rule that lets in whatever comes for a device. */
const TRUSTED = /--physdev-out (\S+) --physdev-is-bridged .*-j ACCEPT$/;

const ETHERTYPES: readonly Ethertype[] = ['IPv4', 'IPv6'];

/**
 * The packet filters of this host: what the server wants, and bringing it about. `update` and `remove` only remember;
 * `apply` compares with the kernel and writes what differs.
 */
export class Firewall {
  readonly #options: FirewallOptions;
  readonly #managers: readonly FamilyManager[];
  readonly #ebtables = new Ebtables();
  readonly #zones = new Zones();
  readonly #order = new DeviceOrder(TRUSTED);
  readonly #devices = new Map<string, FirewallDevice>();
  readonly #ports = new Map<string, FilteredPort>();
  /** Devices whose port security is off; the server says nothing of those that Neutron's own agents use. */
  readonly #unsecured = new Set<string>();
  #groups: ReadonlyMap<string, readonly FirewallRule[]> = new Map();
  #members: Remotes['members'] = new Map();
  #inForce = new Map<string, Verdict>();
  #recovered = false;
  /** Lines of ipset that could not destroy a set. */
  readonly #held = new Set<string>();
  /** Whether the last `apply` ended well. */
  #stands = false;

  constructor(options: FirewallOptions) {
    this.#options = options;
    this.#managers = ([4, 6] as const).map((family) => ({
      family,
      manager: new IptablesManager({
        wrap: WRAP,
        family,
        optional: {
          mayOmit: isUsersRule,
          refused: (chain, rule, reason) => this.#refused(chain, rule, reason),
        },
      }),
    }));
  }

  #refused(chain: string, rule: string, reason: string): void {
    this.#options.log.error(
      `A security group rule has no effect on this host, because iptables refuses "${rule}" of chain ${chain}: ${reason}`,
    );
  }

  /** Remembers what the server answered about these devices. */
  update(devices: readonly FirewallDevice[], info: SecurityGroupInfo): void {
    const ports = new Map(Object.values(info.devices).map((port) => [port.device, port]));
    for (const device of devices) {
      const tap = device.details.device;
      this.#devices.set(tap, device);
      const port = ports.get(tap);
      this.#unsecured.delete(tap);
      this.#ports.delete(tap);
      if (port?.port_security_enabled === false) this.#unsecured.add(tap);
      else if (port) this.#ports.set(tap, port);
    }
    // A group without rules or members may be absent from the answer.
    const named = [...ports.values()];
    const groups = named.flatMap((port) => port.security_groups);
    const remotes = named.flatMap(remotesOf);
    const nobody = { IPv4: [], IPv6: [] };
    this.#groups = new Map([...this.#groups, ...pairs(groups, info.security_groups, [])]);
    // Of the families that no rule of these devices refers to, the answer says nothing.
    const told = Object.entries(canonicalMembers(info.sg_member_ips)).map(
      ([group, members]) => [group, { ...this.#members.get(group), ...members }] as const,
    );
    this.#members = new Map([...this.#members, ...pairs(remotes, Object.fromEntries(told), nobody)]);
  }

  remove(device: string): void {
    this.#devices.delete(device);
    this.#ports.delete(device);
    this.#unsecured.delete(device);
  }

  /** Devices whose filters depend on the rules of one of these groups. */
  devicesWithRulesOf(groups: readonly string[]): readonly string[] {
    return this.#devicesWhere((port) => port.security_groups.some((group) => groups.includes(group)));
  }

  /** Devices whose filters depend on the members of one of these groups. */
  devicesWithMembersOf(groups: readonly string[]): readonly string[] {
    return this.#devicesWhere((port) =>
      [...port.security_group_source_groups, ...(port.security_group_remote_address_groups ?? [])].some(
        (group) => groups.includes(group),
      ),
    );
  }

  #devicesWhere(holds: (port: FilteredPort) => boolean): readonly string[] {
    return [...this.#ports].filter(([, port]) => holds(port)).map(([tap]) => tap);
  }

  /** Brings the kernel's filters to what was remembered; true when something was written. */
  async apply(): Promise<boolean> {
    this.#stands = false;
    // Before ebtables writes, which nf_tables counts as well.
    const observed = await observeFamilies(this.#managers);
    this.#recover(observed[0]!);
    const { filtered, sets, tables, spoofing } = this.#wanted();
    const [{ present, lines }, respoofed] = await Promise.all([
      fillSets(sets),
      // Not beside iptables: ebtables-nft 1.8.9 that is overtaken tries again, and fails to remove the chains it did remove.
      this.#ebtables.apply(spoofing),
    ]);
    const changed = await writeFamilies(this.#managers, tables, observed);
    await SavedRules.settle([this.#ebtables.saved, ...this.#managers.map(({ manager }) => manager.saved)]);
    const left = [...present.keys()].filter((name) => !lines.includes(`destroy ${name}`));
    const unused = planDestroy(new Set(sets.map((set) => set.name)), left);
    await this.#forgetFlows(filtered);
    await this.#destroy(unused);
    this.#stands = true;
    return lines.length + unused.length > 0 || respoofed || changed;
  }

  /** The kernel lets go of a set some time after the rules that named it; until then it is in use, which harms nobody. */
  async #destroy(lines: readonly string[]): Promise<void> {
    this.#held.clear();
    for (const line of lines)
      await restoreIpsets([line]).catch((error: Error) => {
        this.#held.add(line);
        this.#options.log.debug(`A set stays until filters are written again: ${error.message}`);
      });
  }

  /** Begins to read back what `apply` wrote, which is for the next look: whoever waits for the filters need not wait. */
  readBack(): void {
    for (const { manager } of this.#managers) manager.readBack();
  }

  /** What `apply` would put right now; undefined when the last one failed, or none was. Only reads. */
  async compare(): Promise<FirewallComparison | undefined> {
    if (!this.#stands) return undefined;
    const { sets, tables, spoofing } = this.#wanted();
    const [present, ebtables, ...rules] = await Promise.all([
      listIpsets(),
      this.#ebtables.compare(spoofing),
      ...this.#managers.map(({ family, manager }) => manager.compare(tables(family))),
    ]);
    const unused = planDestroy(new Set(sets.map((set) => set.name)), present.keys()).filter(
      (line) => !this.#held.has(line),
    );
    return {
      chains: Object.values(tables(4)).reduce((sum, table) => sum + Object.keys(table.own).length, 0),
      sets: sets.length,
      rules: rules.flat(),
      ipsets: differencesOf([...planIpsets(sets, present), ...unused]),
      ebtables,
    };
  }

  #wanted() {
    this.#forgetUnused();
    const filtered = this.#filtered();
    const state = {
      filtered,
      trusted: this.#order.sorted(
        [...this.#devices.keys()].filter((tap) => !this.#ports.has(tap) && !this.#unsecured.has(tap)),
      ),
      unsecured: this.#order.sorted([...this.#unsecured]),
      annotate: annotate(this.#options.comments),
    };
    return {
      filtered,
      sets: this.#options.ipset ? this.#sets() : [],
      tables: (family: 4 | 6) => firewallTables(state, family),
      spoofing: spoofingChains([...this.#devices.values()].map(({ details }) => details)),
    };
  }

  /** Zones of before a restart stay, or connections in them would be lost; so does the order of devices. */
  #recover(observed: ObservedTables): void {
    if (this.#recovered) return;
    const rules = [...observed.values()].flatMap((chains) => [...chains.values()].flat());
    this.#zones.recover(rules);
    this.#order.recover(rules);
    this.#recovered = true;
  }

  #forgetUnused(): void {
    const ports = [...this.#ports.values()];
    const groups = new Set(ports.flatMap((port) => port.security_groups));
    const rules = [...this.#groups].filter(([group]) => groups.has(group));
    this.#groups = new Map(rules);
    const remotes = new Set(rules.flatMap(([, list]) => list.map(remoteOf)));
    this.#members = new Map([...this.#members].filter(([group]) => remotes.has(group)));
    this.#zones.keepOnly(new Set([...this.#ports.keys()].map((tap) => this.#devices.get(tap)?.bridge ?? '')));
  }

  #filtered(): readonly Filtered[] {
    const remotes: Remotes = { members: this.#members, ipset: this.#options.ipset };
    const write = annotate(this.#options.comments);
    return [...this.#ports.values()]
      .toSorted((a, b) => (a.device < b.device ? -1 : 1))
      .map((port) => {
        const bridge = this.#devices.get(port.device)!.bridge;
        const rules = [
          ...port.security_group_rules,
          ...port.security_groups.flatMap((group) => this.#groups.get(group) ?? []),
        ];
        const stateful = !rules.some((rule) => rule.stateful === false);
        return { port, rules, stateful, remotes, annotate: write, bridge, zone: this.#zones.of(bridge) };
      });
  }

  #sets(): readonly IpSet[] {
    const rules = [...this.#groups.values()].flat();
    return ETHERTYPES.flatMap((ethertype) => {
      const groups = new Set(rules.filter((rule) => rule.ethertype === ethertype).map(remoteOf));
      groups.delete(undefined);
      return [...groups].map((group) => ({
        name: ipsetName(group!, ethertype),
        family: ethertype === 'IPv4' ? ('inet' as const) : ('inet6' as const),
        members: (this.#members.get(group!)?.[ethertype] ?? []).flatMap(([address]) => ipsetMember(address)),
      }));
    });
  }

  async #forgetFlows(filtered: readonly Filtered[]): Promise<void> {
    const now = new Map(filtered.map((one) => [one.port.device, { filtered: one, members: this.#members }]));
    const flows = [...now].flatMap(([tap, after]) => {
      const before = this.#inForce.get(tap);
      return before ? staleFlows(before, after) : [];
    });
    this.#inForce = now;
    for (const flow of flows) {
      await deleteFlows(flow).catch((error: Error) =>
        this.#options.log.warning(`A connection that rules no longer allow may live on: ${error.message}`),
      );
    }
  }
}

/** Brings sets about; returns those that were there before, and what was written. */
async function fillSets(sets: readonly IpSet[]) {
  const present = await listIpsets();
  const lines = planIpsets(sets, present);
  await restoreIpsets(lines);
  return { present, lines };
}

const remoteOf = (rule: FirewallRule) => rule.remote_group_id ?? rule.remote_address_group_id;

/** What a group's rule lets through; without it the packets it meant are dropped, as without any rule. */
const isUsersRule = (_chain: string, rule: string) =>
  rule.endsWith('-j RETURN') && !rule.includes('--comment');

const remotesOf = (port: FilteredPort) => [
  ...port.security_group_source_groups,
  ...(port.security_group_remote_address_groups ?? []),
];

/** Members of groups as ipset and iptables write them: clients may have written them otherwise. */
const canonicalMembers = (groups: SecurityGroupInfo['sg_member_ips']): SecurityGroupInfo['sg_member_ips'] => {
  const canonical = (members: readonly MemberAddress[]) =>
    members.map(([address, mac]): MemberAddress => [canonicalBlock(address), mac]);
  const ofFamilies = (families: object) =>
    Object.fromEntries(Object.entries(families).map(([family, members]) => [family, canonical(members)]));
  return Object.fromEntries(Object.entries(groups).map(([group, members]) => [group, ofFamilies(members)]));
};

const pairs = <T>(
  names: readonly string[],
  answer: Readonly<Record<string, T>>,
  absent: NoInfer<T>,
): readonly [string, T][] => [
  ...names.map((name) => [name, absent] as [string, T]),
  ...Object.entries(answer),
];

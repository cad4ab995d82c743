import type { Address } from '../../linux/addresses.ts';
import { BatchFailed, ip } from '../../linux/batch.ts';
import { deleteFlows } from '../../linux/conntrack.ts';
import { type Difference, differencesOf, foreign, missing } from '../../linux/difference.ts';
import { announceAddress } from '../../linux/gratuitousArp.ts';
import { applyFamilies, IptablesManager } from '../../linux/iptables/index.ts';
import { type Link, listLinks } from '../../linux/links.ts';
import { deleteNamespace, ensureNamespace, namespaceExists } from '../../linux/netns.ts';
import { observeInterfaces } from '../../linux/observe.ts';
import { listRoutes } from '../../linux/routes.ts';
import { compareSysctls, hasIpv6, type Sysctls, writeSysctls } from '../../linux/sysctl.ts';
import { comparePlug, planAddresses, plugSeen, unplug } from '../../linux/vethPort.ts';
import type { Log } from '../../log/log.ts';
import { type DesiredDevice, type DesiredRouter, devicesOf } from './desired.ts';
import { type FirewallSettings, routerTables, wrap } from './firewall.ts';
import { isProjects, planRoutes } from './routes.ts';
import { scopesOf } from './scopes.ts';

/** Kernel parameters of a router's namespace, Neutron's. */
const SYSCTLS: Sysctls = {
  'net/ipv4/ip_forward': 1,
  'net/ipv4/conf/all/arp_ignore': 1,
  'net/ipv4/conf/all/arp_announce': 2,
  'net/ipv4/conf/all/promote_secondaries': 1,
  'net/ipv4/conf/all/rp_filter': 0,
};
const IPV6_FORWARDING = 'net/ipv6/conf/all/forwarding';

/** Every router forwards; of a highly available one a backup does not even have link-local addresses. */
const ipv6Sysctls = ({ ha }: DesiredRouter): Sysctls =>
  ha ? { 'net/ipv6/conf/all/addr_gen_mode': 1 } : { [IPV6_FORWARDING]: 1 };

function roleSysctls({ gateway, learnsGateway }: DesiredRouter, primary: boolean): Sysctls {
  return {
    ...(primary ? { [IPV6_FORWARDING]: 1 } : {}),
    ...(gateway
      ? {
          [`net/ipv6/conf/${gateway.name}/accept_ra`]: primary && learnsGateway ? 2 : 0,
          [`net/ipv6/conf/${gateway.name}/forwarding`]: primary ? 1 : 0,
        }
      : {}),
  };
}

/** How a router's namespace differs from what was applied. */
export interface NamespaceComparison {
  /** When the namespace itself is gone, nothing else is told. */
  readonly namespace: readonly Difference[];
  readonly interfaces: readonly Difference[];
  /** Of a highly available router these, and its shared addresses, are keepalived's affair. */
  readonly routes: readonly Difference[];
  readonly rules: readonly Difference[];
  readonly sysctls: readonly Difference[];
}

const NOTHING: NamespaceComparison = { namespace: [], interfaces: [], routes: [], rules: [], sysctls: [] };

/** Devices of routers. */
const OURS = /^(qr|qg|ha)-/;

/** Devices of a router that no port of it has any more. */
const staleOf = (links: ReadonlyMap<string, Link>, devices: readonly DesiredDevice[]): readonly string[] =>
  [...links.keys()].filter((name) => OURS.test(name) && !devices.some((one) => one.name === name));

/** A tap joins its bridge some moments after the device is made: an announcement sent at once may reach nobody. */
const ANNOUNCEMENT_DELAYS = [0, 500, 2000];

/** A new primary's keepalived announces at once; until its predecessor has fallen silent that may not be enough. */
const TAKEOVER_DELAYS = [1000, 3000, 6000, 10_000];

/** Announces IPv4 addresses by gratuitous ARP after each delay, while `holds`. */
function announce(
  device: DesiredDevice,
  addresses: readonly string[],
  netns: string,
  delays = ANNOUNCEMENT_DELAYS,
  holds = () => true,
): void {
  const plain = addresses.filter((cidr) => !cidr.includes(':')).map((cidr) => cidr.split('/')[0]!);
  for (const delay of plain.length > 0 ? delays : []) {
    const send = () => {
      if (!holds()) return;
      try {
        for (const address of plain) announceAddress(device.name, device.mac, address, netns);
      } catch {
        // The device may be gone by now; whoever removed it knows.
      }
    };
    if (delay === 0) send();
    else setTimeout(send, delay).unref();
  }
}

/** One per router: brings its namespace to the desired state, writing only what differs. */
export class RouterNamespace {
  readonly #tables: Readonly<Record<4 | 6, IptablesManager>>;
  readonly #settings: FirewallSettings;
  readonly #netns: string;
  readonly #log: Log;
  #scopes: readonly string[] = [];
  /** Lines of projects' routes that the kernel refused when they were last tried. */
  #refused: ReadonlySet<string> = new Set();

  constructor(netns: string, settings: FirewallSettings, log: Log) {
    this.#netns = netns;
    this.#settings = settings;
    this.#log = log;
    const manager = (family: 4 | 6) => new IptablesManager({ wrap, family, netns });
    this.#tables = { 4: manager(4), 6: manager(6) };
  }

  /**
   * Filters and translation stand before the first device appears, so that no packet passes untranslated. `outside`
   * are the host's links.
   */
  async apply(router: DesiredRouter, outside: ReadonlyMap<string, Link>): Promise<void> {
    const netns = this.#netns;
    const ipv6 = hasIpv6();
    const families = ipv6 ? ([4, 6] as const) : ([4] as const);
    await ensureNamespace(netns, { ...SYSCTLS, ...(ipv6 ? ipv6Sysctls(router) : {}) });
    this.#scopes = scopesOf(router, this.#scopes);
    const [{ links, addresses }] = await Promise.all([
      observeInterfaces(netns),
      applyFamilies(
        families.map((family) => ({ family, manager: this.#tables[family] })),
        (family) => routerTables(router, family, this.#settings, this.#scopes),
      ),
    ]);
    const { ha } = router;
    const devices = devicesOf(router);
    const all = ha ? [...devices, ha.device] : devices;
    for (const name of staleOf(links, all)) await unplug(name, netns);
    const made = await plugSeen(
      all.map((device) => ({
        ...device,
        device: device.name,
        inner: links.get(device.name),
        outer: outside.get(device.tap),
      })),
      netns,
    );
    const present = addresses.filter(({ device }) => !made.includes(device));
    if (ha) {
      // What else a highly available router has of addresses and routes comes and goes with VRRP.
      await this.#address([ha.device], present, [ha.primaryAddress]);
      return;
    }
    await this.#address(devices, present, []);
    this.applyRole(router, true);
    const refused = await Promise.all(families.map((family) => this.#route(router, family)));
    this.#refused = new Set(refused.flat());
  }

  /**
   * Writes the routes of one family. Next hops of a project's may be on a subnet that is no longer there: as in Neutron
   * the router does without such a route. Returns the lines refused; rejects when one is of the router's own.
   */
  async #route(router: DesiredRouter, family: 4 | 6): Promise<readonly string[]> {
    const netns = this.#netns;
    const lines = planRoutes(router, family, await listRoutes({ netns, family }));
    const failures = await ip(lines, { netns, family, force: true });
    const own = failures.find(({ line }) => !isProjects(line));
    if (own) throw new BatchFailed('ip', own, netns);
    for (const { line, error } of failures) {
      if (!this.#refused.has(line))
        this.#log.warning(`Router ${router.id} does without "${line}", which the kernel refuses: ${error}`);
    }
    return failures.map(({ line }) => line);
  }

  /** Gives devices exactly their addresses, `keep` apart, and tells the neighbours of new ones. */
  async #address(
    devices: readonly DesiredDevice[],
    present: readonly Address[],
    keep: readonly string[],
  ): Promise<void> {
    const netns = this.#netns;
    const plans = devices.map((device) => {
      const have = present.filter((address) => address.device === device.name);
      return { device, ...planAddresses(device.name, device.addresses, have, keep) };
    });
    await ip(
      plans.flatMap(({ lines }) => lines),
      { netns },
    );
    for (const { device, added } of plans) announce(device, added, netns);
  }

  /** What `apply` and `applyRole` would put right. Only reads; `outside` are the host's links. */
  async compare(
    router: DesiredRouter,
    primary: boolean,
    outside: ReadonlyMap<string, Link>,
  ): Promise<NamespaceComparison> {
    const netns = this.#netns;
    if (!namespaceExists(netns)) return { ...NOTHING, namespace: [missing(`namespace ${netns}`)] };
    const families = hasIpv6() ? ([4, 6] as const) : ([4] as const);
    const { ha } = router;
    const devices = devicesOf(router);
    const [{ links, addresses }, routes, ...rules] = await Promise.all([
      observeInterfaces(netns),
      ha ? [] : listRoutes({ netns }),
      ...families.map((family) =>
        this.#tables[family].compare(routerTables(router, family, this.#settings, this.#scopes)),
      ),
    ]);
    const own = (device: DesiredDevice) => addresses.filter((address) => address.device === device.name);
    const addressed = ha ? [ha.device] : devices;
    const keep = ha ? [ha.primaryAddress] : [];
    const all = ha ? [...devices, ha.device] : devices;
    return {
      namespace: [],
      interfaces: [
        ...all.flatMap((device) =>
          comparePlug({ ...device, device: device.name }, links.get(device.name), outside.get(device.tap)),
        ),
        ...staleOf(links, all).map((name) => foreign(`link ${name}`)),
        ...addressed.flatMap((device) =>
          links.has(device.name)
            ? differencesOf(planAddresses(device.name, device.addresses, own(device), keep).lines)
            : [],
        ),
      ],
      routes: ha
        ? []
        : families.flatMap((family) =>
            differencesOf(
              planRoutes(
                router,
                family,
                routes.filter((route) => route.family === family),
              ).filter((line) => !this.#refused.has(line)),
            ),
          ),
      rules: rules.flat(),
      sysctls: compareSysctls(
        { ...SYSCTLS, ...(hasIpv6() ? { ...ipv6Sysctls(router), ...roleSysctls(router, primary) } : {}) },
        netns,
      ),
    };
  }

  /** IPv6 of a router: it forwards, listens to routers outside and says a word unless it is the backup of another. */
  applyRole(router: DesiredRouter, primary: boolean): void {
    if (hasIpv6()) writeSysctls(roleSysctls(router, primary), this.#netns);
  }

  /** Tells neighbours where a new primary's addresses are, as long as it is that. */
  announceTakeover(router: DesiredRouter, isPrimary: () => boolean): void {
    for (const device of devicesOf(router))
      announce(device, device.addresses, this.#netns, TAKEOVER_DELAYS, isPrimary);
  }

  /** Ends connections through a floating IP that is no longer this fixed address's. */
  async forgetFloatingIp(address: string, fixedAddress: string): Promise<void> {
    await Promise.all([
      deleteFlows({ family: 4, destination: address }, this.#netns),
      deleteFlows({ family: 4, source: fixedAddress, replyDestination: address }, this.#netns),
    ]);
  }

  /** Removes the namespace and all in it. */
  async remove(): Promise<void> {
    for (const name of (await listLinks(this.#netns)).keys()) {
      if (OURS.test(name)) await unplug(name, this.#netns);
    }
    deleteNamespace(this.#netns);
  }
}

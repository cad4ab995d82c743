import { ip } from '../../linux/batch.ts';
import { deleteFlows } from '../../linux/conntrack.ts';
import { announceAddress } from '../../linux/gratuitousArp.ts';
import { IptablesManager } from '../../linux/iptables/index.ts';
import { listLinks } from '../../linux/links.ts';
import { deleteNamespace, ensureNamespace } from '../../linux/netns.ts';
import { listRoutes } from '../../linux/routes.ts';
import { readSysctl, type Sysctls } from '../../linux/sysctl.ts';
import { plug, setAddresses, unplug } from '../../linux/vethPort.ts';
import type { DesiredDevice, DesiredRouter } from './desired.ts';
import { type FirewallSettings, routerTables, wrap } from './firewall.ts';
import { planRoutes } from './routes.ts';

/** Kernel parameters of a router's namespace, Neutron's. */
const SYSCTLS: Sysctls = {
  'net/ipv4/ip_forward': 1,
  'net/ipv4/conf/all/arp_ignore': 1,
  'net/ipv4/conf/all/arp_announce': 2,
  'net/ipv4/conf/all/promote_secondaries': 1,
  'net/ipv4/conf/all/rp_filter': 0,
};
const IPV6_FORWARDING = 'net/ipv6/conf/all/forwarding';

/** A tap joins its bridge some moments after the device is made: an announcement sent at once may reach nobody. */
const ANNOUNCEMENT_DELAYS = [0, 500, 2000];

/** Announces IPv4 addresses by gratuitous ARP, now and twice more. */
function announce(device: DesiredDevice, addresses: readonly string[], netns: string): void {
  const plain = addresses.filter((cidr) => !cidr.includes(':')).map((cidr) => cidr.split('/')[0]!);
  for (const delay of plain.length > 0 ? ANNOUNCEMENT_DELAYS : []) {
    const send = () => {
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

  constructor(netns: string, settings: FirewallSettings) {
    this.#netns = netns;
    this.#settings = settings;
    const manager = (family: 4 | 6) => new IptablesManager({ wrap, family, netns });
    this.#tables = { 4: manager(4), 6: manager(6) };
  }

  /** Filters and translation stand before the first device appears, so that no packet passes untranslated. */
  async apply(router: DesiredRouter): Promise<void> {
    const netns = this.#netns;
    const ipv6 = readSysctl(IPV6_FORWARDING) !== undefined;
    await ensureNamespace(netns, { ...SYSCTLS, ...(ipv6 ? { [IPV6_FORWARDING]: 1 } : {}) });
    await this.#tables[4].apply(routerTables(router, 4, this.#settings));
    if (ipv6) await this.#tables[6].apply(routerTables(router, 6, this.#settings));
    const devices = [...router.interfaces, ...(router.gateway ? [router.gateway] : [])];
    await this.#removeStale(devices);
    for (const device of devices) {
      await plug({ device: device.name, tap: device.tap, mac: device.mac, mtu: device.mtu, netns });
      announce(device, await setAddresses(device.name, device.addresses, netns), netns);
    }
    await ip(planRoutes(router, await listRoutes({ netns })), { netns });
  }

  async #removeStale(devices: readonly DesiredDevice[]): Promise<void> {
    const wanted = new Set(devices.map((device) => device.name));
    for (const name of (await listLinks(this.#netns)).keys()) {
      if (/^(qr|qg)-/.test(name) && !wanted.has(name)) await unplug(name, this.#netns);
    }
  }

  /** Ends connections through a floating IP that is no longer this fixed address's. */
  async forgetFloatingIp(address: string, fixedAddress: string): Promise<void> {
    await deleteFlows({ family: 4, destination: address }, this.#netns);
    await deleteFlows({ family: 4, source: fixedAddress, replyDestination: address }, this.#netns);
  }

  /** Removes the namespace and all in it. */
  async remove(): Promise<void> {
    for (const name of (await listLinks(this.#netns)).keys()) {
      if (/^(qr|qg)-/.test(name)) await unplug(name, this.#netns);
    }
    await deleteNamespace(this.#netns);
  }
}

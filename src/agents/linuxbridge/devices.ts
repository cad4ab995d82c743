import { tapNotInBridge } from '../../health/catalogue/pathLinks.ts';
import type { Finding } from '../../health/finding.ts';
import { ip } from '../../linux/batch.ts';
import { type Difference, differencesOf } from '../../linux/difference.ts';
import { listLinks } from '../../linux/links.ts';
import type { Log } from '../../log/log.ts';
import type { DeviceDetails } from '../../rpc/l2plugin.ts';
import { PROBE_OWNER } from '../../rpc/probes.ts';
import type { Firewall } from './firewall/firewall.ts';
import type { Qos } from './qos/qos.ts';
import type { Server } from './server.ts';
import type { Settings } from './settings.ts';
import { applyNetwork } from './wiring/apply.ts';
import { type Host, type Links, observeHost } from './wiring/host.ts';
import { bridgeOf, type Network, type Port, Unwirable } from './wiring/network.ts';
import { planNetwork, planPorts } from './wiring/plan.ts';

/**
 * How much is asked anew of the server about a device: all of it, its filters, or nothing, when only the kernel is
 * compared with what is known.
 */
export type Depth = 'wire' | 'filter' | 'check';
const DEPTHS: readonly Depth[] = ['check', 'filter', 'wire'];

export interface DevicesOptions {
  readonly settings: Settings;
  readonly server: Server;
  readonly firewall: Firewall | undefined;
  readonly qos: Qos | undefined;
  readonly log: Log;
  /** A network is carried by this host from now on. */
  carries(network: Network): void;
  /** The server is about to be asked to tell these networks' forwarding tables. */
  asksTables(networkIds: readonly string[]): void;
  /** It was asked. */
  tablesAsked(networkIds: readonly string[]): void;
  /** Work on devices ended: some may have gone, some may be wired by what the server said a while ago. */
  worked(): void;
}

/** How a network's bridge and the devices of its ports differ from what was applied. */
export interface WiringComparison {
  readonly networkId: string;
  readonly bridge: readonly Difference[];
  readonly ports: readonly {
    readonly portId: string;
    readonly device: string;
    readonly differences: readonly Difference[];
  }[];
}

/** Names that Neutron gives to the devices of ports. */
export const isTap = (name: string) => /^tap[0-9a-f]{8}-[0-9a-f]{2}$/.test(name);

const INSTANCE = 'compute:';
/** Whoever plugs an instance puts its tap into the bridge itself; nobody does that for a probe. */
const isPluggedByOthers = (owner: string) => owner.startsWith(INSTANCE) && owner !== PROBE_OWNER;

/** The devices of this host's ports: what the server wants of them, and wiring them so. */
export class Devices {
  readonly #options: DevicesOptions;
  readonly #details = new Map<string, DeviceDetails>();
  readonly #depths = new Map<string, Depth>();
  readonly #memberships = new Map<string, 'join' | 'leave'>();
  /** Networks whose forwarding table the server must tell. */
  readonly #needTable = new Set<string>();
  /** Devices that the server knows of no port for, with the index of the link that it was asked about. */
  readonly #disowned = new Map<string, number>();
  /** Devices that the server is being asked about: what it tells meanwhile may not be in its answer. */
  #asking: readonly string[] = [];
  /** Devices that went, until the server knows. */
  readonly #lost = new Set<string>();
  /** What the kernel refused of the last work on devices. */
  readonly #refused = new Set<string>();
  /** What this host's kernel lacks for networks. */
  readonly #lacking = new Map<string, Finding>();
  #complete = false;
  #working = false;

  constructor(options: DevicesOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#details.size;
  }

  /** Whether devices are being worked on right now. */
  get working(): boolean {
    return this.#working;
  }

  has = (device: string) => this.#details.has(device);
  /** Whether the server said that this very device is of no port here: a message tells when that changes. */
  disowned = (device: string, index: number) => this.#disowned.get(device) === index;
  known = (): readonly string[] => [...this.#details.keys()];
  onNetwork = (networkId: string): readonly string[] =>
    [...this.#details.values()].filter((one) => one.network_id === networkId).map((one) => one.device);

  /** Devices of which it is not known yet what concerns them: whatever is told now may. */
  get asking(): readonly string[] {
    return this.#asking;
  }

  /** Notes what the next work on a device must ask. */
  need(device: string, depth: Depth): void {
    const before = this.#depths.get(device) ?? 'check';
    this.#depths.set(device, DEPTHS.indexOf(depth) > DEPTHS.indexOf(before) ? depth : before);
  }

  /** Notes that messages may have been missed: every forwarding table must be told anew. */
  needTables(): void {
    for (const one of this.#details.values()) this.#needTable.add(one.network_id);
  }

  /** The same of one network. */
  needTable(networkId: string): void {
    this.#needTable.add(networkId);
  }

  /** A live migration made the port's binding active or inactive on this host. */
  bind(device: string, active: boolean): void {
    this.#memberships.set(device, active ? 'join' : 'leave');
  }

  /** Brings these devices to what the server wants. Throws when nothing could be done, else returns who failed. */
  async work(ids: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    this.#working = true;
    try {
      const links = await listLinks();
      return await this.#workOn(this.#take(ids, links), links);
    } finally {
      this.#working = false;
      this.#options.worked();
    }
  }

  /** What is wrong with this host for the ports that it has, and that no work here puts right. */
  findings({ links }: Host): readonly Finding[] {
    const lacking = [...this.#lacking].filter(([networkId]) => this.onNetwork(networkId).length > 0);
    const unplugged = [...this.#details.values()].flatMap((one) => {
      const link = links.get(one.device);
      const bridge = bridgeOf(networkOf(one), this.#options.settings).name;
      // Nova puts machines' taps into the bridge.
      if (!link || this.#port(one).membership !== 'foreign' || link.master === bridge) return [];
      const subject = { resource: 'port', id: one.port_id };
      return [tapNotInBridge.found({ device: one.device, bridge, master: link.master ?? null }, { subject })];
    });
    return [...new Map(lacking.map(([, finding]) => [finding.code, finding])).values(), ...unplugged];
  }

  portOf = (device: string): string | undefined => this.#details.get(device)?.port_id;

  /** What work on these devices would put right in their networks' bridges and in the devices. Reads nothing anew. */
  compare(host: Host, ids: readonly string[]): readonly WiringComparison[] {
    const mine = ids.filter((id) => host.links.has(id) && this.#details.has(id));
    return this.#networks(mine).flatMap((network) => {
      const ports = mine.map((id) => this.#details.get(id)!).filter((one) => one.network_id === network.id);
      try {
        const { settings } = this.#options;
        const plan = planPorts(
          host.links,
          network,
          ports.map((one) => this.#port(one)),
          settings,
        ).filter(({ line }) => !this.#refused.has(line));
        const linesOf = (device: string) =>
          plan.filter((one) => one.device === device).map(({ line }) => line);
        const others = plan.filter((one) => !ports.some(({ device }) => device === one.device));
        return {
          networkId: network.id,
          bridge: differencesOf([
            ...planNetwork(host, network, settings).lines,
            ...others.map(({ line }) => line),
          ]),
          ports: ports.map(({ port_id, device }) => ({
            portId: port_id,
            device,
            differences: differencesOf(linesOf(device)),
          })),
        };
      } catch (error) {
        // What this host lacks for the network is told as a finding about the host.
        if (error instanceof Unwirable) return [];
        throw error;
      }
    });
  }

  /**
   * What to ask about each device. What is needed from now on is for the next work. The first work is on all devices,
   * whatever was marked, because filters are written as a whole.
   */
  #take(ids: readonly string[], links: Links): ReadonlyMap<string, Depth> {
    const all = this.#complete ? ids : [...new Set([...ids, ...[...links.keys()].filter(isTap)])];
    const depths = new Map(
      all.map((id) => [id, this.#complete ? (this.#depths.get(id) ?? 'check') : 'wire'] as const),
    );
    for (const id of all) this.#depths.delete(id);
    return depths;
  }

  async #workOn(depths: ReadonlyMap<string, Depth>, links: Links): Promise<ReadonlyMap<string, unknown>> {
    try {
      const failed = await this.#bring(depths, links);
      for (const id of failed.keys()) this.need(id, depths.get(id) ?? 'wire');
      return failed;
    } catch (error) {
      for (const [id, depth] of depths) this.need(id, depth);
      throw error;
    }
  }

  async #bring(depths: ReadonlyMap<string, Depth>, links: Links): Promise<Map<string, unknown>> {
    const failed = new Map<string, unknown>();
    const present = [...depths.keys()].filter((id) => links.has(id));
    const gone = [...depths.keys()].filter((id) => !links.has(id));
    const wire = present.filter((id) => depths.get(id) === 'wire');
    const refilter = present.filter((id) => depths.get(id) !== 'check');
    this.#asking = refilter;
    const asked = this.#ask(wire, refilter, links).finally(() => {
      this.#asking = [];
    });
    const [host] = await both(observeHost(), asked);
    this.#forget(gone);
    const mine = present.filter((id) => this.#details.has(id));
    const filters = present.length > 0 || this.#lost.size > 0 ? this.#options.firewall : undefined;
    // Filters name devices, which need not be there: they do not wait for bridges, nor bridges for them.
    await both(this.#wireNetworks(host, mine, failed), filters?.apply());
    // Looked at anew: a tap, or a deleted network's bridge, may have gone while the server was asked.
    await this.#plugPorts(await listLinks(), mine, failed);
    if (mine.length > 0 || gone.length > 0) await this.#options.qos?.apply(mine);
    this.#complete = true;
    try {
      await this.#report(
        wire.filter((id) => this.#details.has(id)),
        failed,
      );
    } finally {
      this.#options.firewall?.readBack();
    }
    return failed;
  }

  async #ask(wire: readonly string[], refilter: readonly string[], links: Links): Promise<void> {
    const { server, firewall, settings } = this.#options;
    const [details, info] = await Promise.all([
      wire.length > 0 ? server.details(wire) : new Map<string, DeviceDetails>(),
      firewall && refilter.length > 0 ? server.filters(refilter) : undefined,
    ]);
    for (const id of wire) this.#remember(id, details.get(id), links.get(id)!.index);
    if (wire.length > 0) await this.#options.qos?.update([...details.values()]);
    const filter = refilter.filter((id) => this.#details.has(id));
    if (!firewall || !info || filter.length === 0) return;
    const devices = filter.map((id) => {
      const details = this.#details.get(id)!;
      return { details, bridge: bridgeOf(networkOf(details), settings).name };
    });
    firewall.update(devices, info);
  }

  #remember(id: string, details: DeviceDetails | undefined, index: number): void {
    this.#disowned.delete(id);
    if (details) {
      const before = this.#details.get(id);
      if (!before || before.network_id !== details.network_id) this.#needTable.add(details.network_id);
      this.#details.set(id, details);
    } else if (!this.#details.has(id)) {
      this.#disowned.set(id, index);
      this.#options.log.info(`Device ${id} belongs to no port of this host`);
    }
    // A device whose port is gone keeps its filters until it goes itself.
  }

  #forget(gone: readonly string[]): void {
    for (const id of gone) {
      if (this.#details.delete(id)) this.#lost.add(id);
      this.#disowned.delete(id);
      this.#memberships.delete(id);
      for (const line of this.#refused) if (line.startsWith(`link set ${id} `)) this.#refused.delete(line);
      this.#options.firewall?.remove(id);
      this.#options.qos?.remove(id);
    }
  }

  async #wireNetworks(host: Host, ids: readonly string[], failed: Map<string, unknown>): Promise<void> {
    for (const network of this.#networks(ids)) {
      try {
        await applyNetwork(network, planNetwork(host, network, this.#options.settings));
        this.#lacking.delete(network.id);
        this.#options.carries(network);
      } catch (error) {
        if (error instanceof Unwirable && error.finding) this.#lacking.set(network.id, error.finding);
        for (const id of ids) if (this.#details.get(id)?.network_id === network.id) failed.set(id, error);
      }
    }
  }

  async #plugPorts(links: Links, ids: readonly string[], failed: Map<string, unknown>): Promise<void> {
    const ready = ids.filter((id) => !failed.has(id));
    if (ready.length === 0) return;
    const plan = this.#networks(ready).flatMap((network) => {
      const ports = ready.map((id) => this.#details.get(id)!).filter((one) => one.network_id === network.id);
      return planPorts(
        links,
        network,
        ports.map((one) => this.#port(one)),
        this.#options.settings,
      );
    });
    for (const { line } of plan) this.#refused.delete(line);
    const failures = await ip(
      plan.map(({ line }) => line),
      { force: true },
    );
    for (const { line, error } of failures) {
      const device = plan.find((one) => one.line === line)?.device ?? '';
      this.#refused.add(line);
      if (line.includes(' mtu ')) this.#options.log.warning(`The MTU of ${device} stays as it is: ${error}`);
      else failed.set(device, new Error(`ip ${line}: ${error}`));
    }
  }

  #networks(ids: readonly string[]): readonly Network[] {
    const networks = ids.map((id) => networkOf(this.#details.get(id)!));
    return [...new Map(networks.map((network) => [network.id, network])).values()];
  }

  #port(details: DeviceDetails): Port {
    const usual = isPluggedByOthers(details.device_owner) ? 'foreign' : 'join';
    return {
      device: details.device,
      networkId: details.network_id,
      adminStateUp: details.admin_state_up,
      membership: this.#memberships.get(details.device) ?? usual,
    };
  }

  async #report(wired: readonly string[], failed: Map<string, unknown>): Promise<void> {
    const isUp = (id: string) => this.#details.get(id)!.admin_state_up && !failed.has(id);
    const up = wired.filter(isUp);
    const lost = [...this.#lost].filter((id) => !this.#details.has(id));
    const down = [...lost, ...wired.filter((id) => !isUp(id))];
    if (up.length + down.length === 0) return;
    const tables = this.#tableKeepers(up);
    if (tables.size > 0) this.#options.asksTables([...tables.keys()]);
    const refused = await this.#options.server.report({ up, down, tablesFor: [...tables.values()] });
    for (const id of refused)
      if (!lost.includes(id)) failed.set(id, new Error('the server could not record its state'));
    this.#lost.clear();
    for (const networkId of tables.keys()) this.#needTable.delete(networkId);
    if (tables.size > 0) this.#options.tablesAsked([...tables.keys()]);
  }

  /** One wired device of each vxlan network whose table is needed. */
  #tableKeepers(up: readonly string[]): ReadonlyMap<string, string> {
    const keepers = new Map<string, string>();
    for (const id of up) {
      const details = this.#details.get(id)!;
      if (details.network_type === 'vxlan' && this.#needTable.has(details.network_id))
        keepers.set(details.network_id, id);
    }
    return keepers;
  }
}

/** Waits until both have ended, then throws what either threw: no work goes on behind a failure. */
async function both<One, Other>(
  one: Promise<One>,
  other: Promise<Other> | undefined,
): Promise<[One, Other | undefined]> {
  const outcomes = await Promise.allSettled([one, other]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return [await one, await other];
}

const networkOf = (details: DeviceDetails): Network => ({
  id: details.network_id,
  type: details.network_type,
  physicalNetwork: details.physical_network,
  segmentationId: details.segmentation_id,
  mtu: details.mtu,
});

import type { Difference } from '../../linux/difference.ts';
import type { MetadataProxy, ProxySettings } from '../../linux/haproxy.ts';
import { compareMetadataProxy, ensureMetadataProxy, stopMetadataProxy } from '../../linux/haproxy.ts';
import { hasKeepalived, type VrrpState } from '../../linux/keepalived.ts';
import { type Link, listLinks } from '../../linux/links.ts';
import { namespaceExists } from '../../linux/netns.ts';
import type { ProcessMonitor } from '../../linux/processMonitor.ts';
import { compareRadvd, ensureRadvd, type RadvdSettings, stopRadvd } from '../../linux/radvd.ts';
import { hasIpv6, readSysctl } from '../../linux/sysctl.ts';
import type { Log } from '../../log/log.ts';
import { routerNamespace } from '../../net/names.ts';
import type { FloatingIpStatus, HaState, RouterInfo } from '../../rpc/l3plugin.ts';
import { type NamespaceComparison, RouterNamespace } from './apply.ts';
import { type DesiredFloatingIp, type DesiredRouter, desiredRouter } from './desired.ts';
import type { FirewallSettings } from './firewall.ts';
import { HaInstance } from './ha/instance.ts';
import type { VrrpSettings } from './ha/vrrp.ts';
import { type Forwarding, forgetForwarded, forwardingStatuses } from './portForwarding.ts';

export interface RouterSettings {
  readonly log: Log;
  readonly firewall: FirewallSettings;
  readonly proxy: ProxySettings;
  readonly vrrp: VrrpSettings;
  readonly radvd: RadvdSettings;
  /** Option ipv6_gateway. */
  readonly ipv6Gateway: string;
  readonly monitor: ProcessMonitor;
  /** Looks at keepalived, and often: one that was killed leaves addresses that are another host's by now. */
  readonly vrrpMonitor: ProcessMonitor;
  /** A highly available router became something else here, or is not what the server believes. */
  readonly roleChanged: (id: string, state: HaState) => void;
  /** What follows from a change of role failed. */
  readonly tryAgain: (id: string) => void;
}

const STATES: Readonly<Record<VrrpState, HaState>> = { primary: 'active', backup: 'standby' };

type Statuses = Readonly<Record<string, FloatingIpStatus>>;

/**
 * Floating IPs whose status the server must learn: newly active ones, those that left the router, and those that came
 * back before it was told so.
 */
export function changedStatuses(
  before: readonly DesiredFloatingIp[],
  now: readonly DesiredFloatingIp[],
  untold: Statuses = {},
): Statuses {
  const left = before.filter(({ id }) => !now.some((floating) => floating.id === id));
  const active = now.filter(({ id, status }) => status !== 'ACTIVE' || untold[id] === 'DOWN');
  return Object.fromEntries([
    ...left.map(({ id }) => [id, 'DOWN'] as const),
    ...active.map(({ id }) => [id, 'ACTIVE'] as const),
  ]);
}

/** How a router on this host differs from what was applied. */
export interface RouterComparison extends NamespaceComparison {
  readonly processes: readonly Difference[];
}

/** A router on this host: its namespace, its metadata proxy, and its keepalived when it is highly available. */
export class Router {
  readonly id: string;
  /** What was applied last; undefined before the first success of this process. */
  applied: DesiredRouter | undefined;
  readonly #namespace: RouterNamespace;
  readonly #settings: RouterSettings;
  readonly #ha: HaInstance;
  /** Statuses that the server does not know yet. */
  #untold: Statuses = {};
  /** What is under way: a change by the server and one by VRRP must not mix. */
  #busy: Promise<unknown> = Promise.resolve();

  constructor(id: string, settings: RouterSettings) {
    this.id = id;
    this.#settings = settings;
    this.#namespace = new RouterNamespace(routerNamespace(id), settings.firewall, settings.log);
    const { vrrp, proxy, roleChanged } = settings;
    this.#ha = new HaInstance(id, { vrrp, externalPids: proxy.externalPids }, (state) => {
      roleChanged(id, STATES[state]);
      if (state === 'primary' && this.applied)
        this.#namespace.announceTakeover(this.applied, () => this.#ha.state === 'primary');
      void this.#exclusively(() => this.#serveRole()).catch(() => settings.tryAgain(id));
    });
  }

  /**
   * Brings the router to what the server wants; returns the floating IP statuses that changed, until `told` says that
   * the server knows them. `outside` are the host's links, when they were listed for several routers.
   */
  update(
    info: RouterInfo,
    forwardings: readonly Forwarding[] = [],
    outside?: ReadonlyMap<string, Link>,
  ): Promise<Statuses> {
    return this.#exclusively(async () => {
      if (info.distributed) {
        throw new Error(
          'it is distributed, which needs Open vSwitch and is not served here; set it admin-state-up False, then distributed False',
        );
      }
      const desired = desiredRouter(info, this.#settings.ipv6Gateway, forwardings);
      await this.#leaveOtherKind(desired);
      const before = this.applied?.floatingIps ?? [];
      const forwarded = this.applied?.forwardings ?? [];
      await this.#namespace.apply(desired, outside ?? (await listLinks()));
      for (const old of before) {
        const kept = desired.floatingIps.some(
          ({ address, fixedAddress }) => address === old.address && fixedAddress === old.fixedAddress,
        );
        if (!kept) await this.#namespace.forgetFloatingIp(old.address, old.fixedAddress);
      }
      await forgetForwarded(forwarded, desired.forwardings, desired.netns);
      this.applied = desired;
      this.#untold = {
        ...this.#untold,
        ...forwardingStatuses(forwarded, desired.forwardings),
        ...changedStatuses(before, desired.floatingIps, this.#untold),
      };
      if (desired.ha) await this.#applyHa(desired, info);
      else await this.#serve(true);
      return this.#untold;
    });
  }

  /** The server has taken note of what the last update returned. */
  told(): void {
    this.#untold = {};
  }

  /** What bringing the router to what was applied last would put right. Only reads; `outside` are the host's links. */
  async compare(outside: ReadonlyMap<string, Link>): Promise<RouterComparison | undefined> {
    // What follows from a change of role that was missed is done before the router is compared.
    await this.#ha.look();
    return this.#exclusively(async () => {
      const { applied } = this;
      if (!applied) return undefined;
      const serving = !applied.ha || this.#ha.state === 'primary';
      const namespace = await this.#namespace.compare(applied, serving, outside);
      return {
        ...namespace,
        processes: namespace.namespace.length > 0 ? [] : this.#compareProcesses(applied, serving),
      };
    });
  }

  #compareProcesses(applied: DesiredRouter, serving: boolean): Difference[] {
    const { firewall, proxy, radvd } = this.#settings;
    const { advertised, ha, netns } = applied;
    return [
      ...(ha?.wired ? this.#ha.compare(applied, ha, hasIpv6()) : []),
      ...(serving && firewall.metadata ? compareMetadataProxy(this.#proxy(), proxy) : []),
      ...(serving && advertised.length > 0 && hasIpv6()
        ? compareRadvd(this.id, netns, advertised, radvd)
        : []),
    ];
  }

  async #ensureKeepalived(desired: DesiredRouter): Promise<void> {
    const keepalived = await this.#ha.apply(desired, desired.ha!, hasIpv6());
    if (keepalived) this.#settings.vrrpMonitor.watch(this.id, keepalived);
  }

  /** Starts a keepalived that died again, whether the server can be asked or not. */
  reviveKeepalived(): Promise<void> {
    return this.#exclusively(async () => {
      if (this.applied?.ha) await this.#ensureKeepalived(this.applied);
    });
  }

  async #applyHa(desired: DesiredRouter, info: RouterInfo): Promise<void> {
    const { roleChanged } = this.#settings;
    await this.#ensureKeepalived(desired);
    const { state } = this.#ha;
    if (state === undefined) return;
    await this.#serveRole();
    if (STATES[state] !== info._ha_state) roleChanged(this.id, STATES[state]);
  }

  /** What a router of another kind has left would be in the way: its addresses, or its keepalived. */
  async #leaveOtherKind(desired: DesiredRouter): Promise<void> {
    const wasHa = hasKeepalived(this.#settings.vrrp.root, this.id);
    const other = desired.ha ? !wasHa && namespaceExists(routerNamespace(this.id)) : wasHa;
    if (other) await this.#takeAway();
  }

  /** Metadata, IPv6 and router advertisements are where the primary is. */
  async #serveRole(): Promise<void> {
    if (!this.applied?.ha) return;
    this.#ha.recordRole();
    const primary = this.#ha.state === 'primary';
    this.#namespace.applyRole(this.applied, primary);
    await this.#serve(primary);
  }

  /** Runs what guests ask and hear beside the routing itself, or ends it. */
  async #serve(serve: boolean): Promise<void> {
    await this.#serveMetadata(serve);
    await this.#advertise(serve);
  }

  async #advertise(serve: boolean): Promise<void> {
    const { monitor, radvd } = this.#settings;
    const devices = this.applied?.advertised ?? [];
    const key = `${this.id} radvd`;
    if (serve && devices.length > 0 && hasIpv6()) {
      monitor.watch(key, await ensureRadvd(this.id, routerNamespace(this.id), devices, radvd));
      return;
    }
    monitor.forget(key);
    await stopRadvd(this.id, radvd);
  }

  async #serveMetadata(serve: boolean): Promise<void> {
    const { firewall, proxy, monitor } = this.#settings;
    if (serve && !firewall.metadata) return;
    if (serve) {
      monitor.watch(this.id, await ensureMetadataProxy(this.#proxy(), proxy));
      return;
    }
    monitor.forget(this.id);
    await stopMetadataProxy(this.id, proxy);
  }

  #proxy(): MetadataProxy {
    const anyAddress = readSysctl('net/ipv6/conf/all/forwarding') === undefined ? '0.0.0.0' : '::';
    const bind = `${anyAddress}:${this.#settings.firewall.metadataPort}`;
    return { kind: 'Router', id: this.id, netns: routerNamespace(this.id), bind };
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => {});
    return done;
  }

  async #takeAway(): Promise<void> {
    this.#settings.vrrpMonitor.forget(this.id);
    this.applied = undefined;
    await this.#serve(false);
    await this.#ha.remove();
    if (namespaceExists(routerNamespace(this.id))) await this.#namespace.remove();
  }

  /** Takes the router off this host. */
  remove(): Promise<void> {
    return this.#exclusively(() => this.#takeAway());
  }

  /** Stops watching; what was built stays. */
  close(): void {
    this.#ha.close();
  }
}

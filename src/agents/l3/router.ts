import type { MetadataProxy, ProxySettings } from '../../linux/haproxy.ts';
import { ensureMetadataProxy, stopMetadataProxy } from '../../linux/haproxy.ts';
import { namespaceExists } from '../../linux/netns.ts';
import type { ProcessMonitor } from '../../linux/processMonitor.ts';
import { readSysctl } from '../../linux/sysctl.ts';
import { routerNamespace } from '../../net/names.ts';
import type { FloatingIpStatus, RouterInfo } from '../../rpc/l3plugin.ts';
import { RouterNamespace } from './apply.ts';
import { type DesiredFloatingIp, type DesiredRouter, desiredRouter } from './desired.ts';
import type { FirewallSettings } from './firewall.ts';

export interface RouterSettings {
  readonly firewall: FirewallSettings;
  readonly proxy: ProxySettings;
  readonly monitor: ProcessMonitor;
}

/** Floating IPs whose status the server must learn: newly active ones, and those that left the router. */
export function changedStatuses(
  before: readonly DesiredFloatingIp[],
  now: readonly DesiredFloatingIp[],
): Record<string, FloatingIpStatus> {
  const left = before.filter(({ id }) => !now.some((floating) => floating.id === id));
  const active = now.filter(({ status }) => status !== 'ACTIVE');
  return Object.fromEntries([
    ...left.map(({ id }) => [id, 'DOWN'] as const),
    ...active.map(({ id }) => [id, 'ACTIVE'] as const),
  ]);
}

/** A router on this host: its namespace and its metadata proxy. */
export class Router {
  readonly id: string;
  /** What was applied last; undefined before the first success of this process. */
  applied: DesiredRouter | undefined;
  readonly #namespace: RouterNamespace;
  readonly #settings: RouterSettings;

  constructor(id: string, settings: RouterSettings) {
    this.id = id;
    this.#settings = settings;
    this.#namespace = new RouterNamespace(routerNamespace(id), settings.firewall);
  }

  /** Brings the router to what the server wants; returns the floating IP statuses that changed. */
  async update(info: RouterInfo): Promise<Record<string, FloatingIpStatus>> {
    if (info.ha || info.distributed) {
      const kind = info.ha ? 'highly available' : 'distributed';
      throw new Error(
        `it is ${kind}, which this agent does not serve; neutron router-update --${info.ha ? 'ha' : 'distributed'} False ${this.id}`,
      );
    }
    const desired = desiredRouter(info);
    const before = this.applied?.floatingIps ?? [];
    await this.#namespace.apply(desired);
    for (const old of before) {
      const kept = desired.floatingIps.some(
        ({ address, fixedAddress }) => address === old.address && fixedAddress === old.fixedAddress,
      );
      if (!kept) await this.#namespace.forgetFloatingIp(old.address, old.fixedAddress);
    }
    await this.#serveMetadata();
    this.applied = desired;
    return changedStatuses(before, desired.floatingIps);
  }

  async #serveMetadata(): Promise<void> {
    const { firewall, proxy, monitor } = this.#settings;
    if (!firewall.metadata) return;
    monitor.watch(this.id, await ensureMetadataProxy(this.#proxy(), proxy));
  }

  #proxy(): MetadataProxy {
    const anyAddress = readSysctl('net/ipv6/conf/all/forwarding') === undefined ? '0.0.0.0' : '::';
    const bind = `${anyAddress}:${this.#settings.firewall.metadataPort}`;
    return { kind: 'Router', id: this.id, netns: routerNamespace(this.id), bind };
  }

  /** Takes the router off this host. */
  async remove(): Promise<void> {
    this.#settings.monitor.forget(this.id);
    await stopMetadataProxy(this.id, this.#settings.proxy);
    if (namespaceExists(routerNamespace(this.id))) await this.#namespace.remove();
  }
}

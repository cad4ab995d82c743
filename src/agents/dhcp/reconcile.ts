import { readdirSync } from 'node:fs';
import { type Difference, missing } from '../../linux/difference.ts';
import { deleteNamespace, listNamespaces, namespaceExists } from '../../linux/netns.ts';
import type { ProcessMonitor } from '../../linux/processMonitor.ts';
import { devicesGetIpv6 } from '../../linux/sysctl.ts';
import type { Log } from '../../log/log.ts';
import { RemoteError } from '../../messaging/errors.ts';
import { dhcpDeviceId } from '../../net/dhcpDevice.ts';
import { dhcpNamespace } from '../../net/names.ts';
import type { DhcpNetwork } from '../../rpc/dhcp.ts';
import type { PortDict } from '../../rpc/dicts.ts';
import { Overtaken } from '../runtime/outage.ts';
import type { Desired } from './desired.ts';
import { applyDevice, compareDevice, type DevicePlan, planDevice, removeDevices } from './device.ts';
import { planMetadataProxy } from './metadataProxy.ts';
import { wantsDhcp } from './network.ts';
import { ensureDhcpPort, type PortService } from './port.ts';
import type { MetadataProxies } from './proxies.ts';
import { compareDnsmasq, endDnsmasq, forgetNetwork, type RunningDnsmasq, runDnsmasq } from './serve.ts';
import type { DhcpSettings } from './settings.ts';

/** What the reconciler of one host's networks needs of the server. */
export interface DhcpService extends PortService {
  networkInfo(networkId: string): Promise<DhcpNetwork | null>;
  release(networkId: string, deviceId: string): Promise<unknown>;
}

export interface NetworkReconciler {
  /** Brings one network's namespace and dnsmasq to what the server wants, and tells what metadata proxy it is to have. */
  apply(networkId: string): Promise<void>;
  /** The server waits to hear that this port has DHCP; it is told after the next successful work on the network. */
  awaitReady(networkId: string, portId: string): void;
  /** What work on a network would put right; undefined when none has succeeded. Only reads. */
  compare(networkId: string): Promise<NetworkComparison | undefined>;
  /** Networks whose last work has succeeded. */
  served(): readonly string[];
  /** The next work on a network looks at the kernel again. */
  distrust(networkId: string): void;
  /** Forgets what was verified, so that the next work looks at the kernel again. */
  distrustAll(): void;
}

interface Options {
  readonly host: string;
  readonly settings: DhcpSettings;
  readonly log: Log;
  readonly desired: Desired;
  readonly service: DhcpService;
  /** Of the networks' dnsmasqs. */
  readonly monitor: ProcessMonitor;
  readonly proxies: Pick<MetadataProxies, 'want' | 'end' | 'compare'>;
  /** These ports have DHCP now. */
  ready(ports: readonly PortDict[]): void;
}

/** What the last successful work on a network has left behind. */
interface Verified {
  readonly plan: DevicePlan;
  readonly dnsmasq: RunningDnsmasq;
}

/** How the kernel, processes and files differ from what the last work on a network has left. */
export interface NetworkComparison {
  /** When the namespace itself is gone, nothing else is told. */
  readonly namespace: readonly Difference[];
  readonly interfaces: readonly Difference[];
  readonly dnsmasq: readonly Difference[];
  readonly proxy: readonly Difference[];
}

const GONE: ReadonlySet<string> = new Set(['NetworkNotFound', 'SubnetNotFound', 'PortNotFound']);

export function createNetworkReconciler(options: Options): NetworkReconciler {
  const { host, settings, log, desired, service, monitor, proxies } = options;
  const verified = new Map<string, Verified>();
  const awaitingReady = new Map<string, Set<string>>();
  const ipv6 = devicesGetIpv6();

  async function factsOf(networkId: string): Promise<DhcpNetwork | null> {
    const known = desired.get(networkId);
    if (known === 'unwanted') return null;
    if (known !== 'unknown') return known;
    return desired.refresh(networkId, () => service.networkInfo(networkId));
  }

  async function apply(networkId: string): Promise<void> {
    const wasUnknown = desired.get(networkId) === 'unknown';
    const network = await factsOf(networkId);
    if (!network || !wantsDhcp(network)) return withdraw(networkId);
    const before = verified.get(networkId);
    verified.delete(networkId);
    const fresh = wasUnknown || before === undefined;
    const awaiting = takeAwaiting(networkId);
    try {
      const port = await portOf(network);
      if (!network.ports.some(({ id }) => id === port.id)) network.ports.push(port);
      const plan = planDevice(network, port, settings, ipv6);
      if (JSON.stringify(before?.plan) !== JSON.stringify(plan)) await applyDevice(plan, ipv6);
      // Ports that come while the files are written are not known to be in them.
      const ports = network.ports.filter(
        ({ id, status }) => awaiting.has(id) || (fresh && status !== 'ACTIVE'),
      );
      // Not watched while it may be started anew.
      monitor.forget(networkId);
      const dnsmasq = await runDnsmasq({ network, port, device: plan.device }, settings, log, !before);
      monitor.watch(networkId, dnsmasq.process);
      options.ready(ports);
      awaiting.clear();
      proxies.want(networkId, planMetadataProxy(network, plan.device, settings, ipv6), !before);
      verified.set(networkId, { plan, dnsmasq });
    } finally {
      for (const id of awaiting) awaitReady(networkId, id);
    }
  }

  function awaitReady(networkId: string, portId: string): void {
    const ids = awaitingReady.get(networkId) ?? new Set();
    awaitingReady.set(networkId, ids.add(portId));
  }

  function takeAwaiting(networkId: string): Set<string> {
    const ids = awaitingReady.get(networkId) ?? new Set();
    awaitingReady.delete(networkId);
    return ids;
  }

  /**
   * A refusal tells that the facts are out of date: they are asked for again before the next try. Python's server answers
   * with the error itself where the network went meanwhile, or was taken from this agent.
   */
  async function portOf(network: DhcpNetwork): Promise<PortDict> {
    try {
      const port = await ensureDhcpPort(network, host, service);
      desired.putPort(port);
      return port;
    } catch (error) {
      desired.invalidate(network.id);
      if (error instanceof RemoteError && GONE.has(error.excType)) throw new Overtaken(error.message);
      throw error;
    }
  }

  async function withdraw(networkId: string): Promise<void> {
    const netns = dhcpNamespace(networkId);
    verified.delete(networkId);
    awaitingReady.delete(networkId);
    await proxies.end(networkId);
    const present = namespaceExists(netns) || configuredNetworks(settings).includes(networkId);
    if (!present) return;
    monitor.forget(networkId);
    await endDnsmasq(networkId, settings);
    if (namespaceExists(netns)) await removeDevices(netns);
    deleteNamespace(netns);
    await service.release(networkId, dhcpDeviceId(host, networkId));
    forgetNetwork(networkId, settings);
    log.info(`Network ${networkId} is no longer served here`);
  }

  async function compare(networkId: string): Promise<NetworkComparison | undefined> {
    const last = verified.get(networkId);
    if (!last) return undefined;
    const { plan, dnsmasq } = last;
    const present = namespaceExists(plan.netns);
    return {
      namespace: present ? [] : [missing(`namespace ${plan.netns}`)],
      interfaces: present ? await compareDevice(plan, ipv6) : [],
      dnsmasq: present ? compareDnsmasq(networkId, dnsmasq, settings) : [],
      proxy: present ? proxies.compare(networkId) : [],
    };
  }

  return {
    apply,
    compare,
    awaitReady,
    served: () => [...verified.keys()],
    distrust: (networkId) => void verified.delete(networkId),
    distrustAll: () => verified.clear(),
  };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Networks that have files of dnsmasq here. */
function configuredNetworks({ confsDirectory }: DhcpSettings): string[] {
  try {
    return readdirSync(confsDirectory).filter((name) => uuid.test(name));
  } catch {
    return [];
  }
}

/** Networks that this host serves or has served, by what they left in the kernel and on disk. */
export function observedNetworks(settings: DhcpSettings): ReadonlySet<string> {
  const prefix = dhcpNamespace('');
  const namespaces = listNamespaces()
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((id) => uuid.test(id));
  return new Set([...configuredNetworks(settings), ...namespaces]);
}

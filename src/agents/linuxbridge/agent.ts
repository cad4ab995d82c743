import { listLinks } from '../../linux/links.ts';
import type { Json } from '../../messaging/transport.ts';
import { tapName } from '../../net/names.ts';
import type { Applied } from '../../rpc/diagnosis.ts';
import type { AgentParts, AgentRuntime } from '../runtime/agent.ts';
import { createReconciler } from '../runtime/reconciler.ts';
import { absent, appliedUnless, waiting } from '../runtime/self.ts';
import { type Depth, Devices, isTap } from './devices.ts';
import { listens } from './endpoints.ts';
import { Firewall } from './firewall/firewall.ts';
import { Forwarding, type Round } from './forwarding.ts';
import { hostFindings } from './hostCheck.ts';
import { lookAtKernel } from './look.ts';
import { Networks } from './networks.ts';
import { probesEndpoint } from './probes/endpoint.ts';
import { Probes } from './probes/probes.ts';
import { Qos } from './qos/qos.ts';
import { RESOURCE_VERSIONS } from './resourceVersions.ts';
import { Server } from './server.ts';
import type { Settings } from './settings.ts';
import { type DeviceWatch, watchDevices } from './watch.ts';
import { observeHost } from './wiring/host.ts';

const SWEEP_PROBES_MILLISECONDS = 60_000;

export interface Times {
  /** How often the server tells its forwarding tables again, in case a message was lost. */
  readonly tablesSeconds: number;
  /** How long after asking for a forwarding table it should be told, so that what it does not name may go. */
  readonly toldAfterSeconds: number;
}
const TIMES: Times = { tablesSeconds: 600, toldAfterSeconds: 10 };

/** Lower numbers go first: what lets packets through now before what was there already. */
const PRIORITY: Readonly<Record<Depth, number>> = { wire: 1, filter: 1, check: 20 };

export type LinuxBridgeRuntime = Pick<AgentRuntime, 'transport' | 'log' | 'host' | 'newContext'>;

/** The Linux bridge agent's parts, for the runtime that all agents share. */
export function linuxBridgeAgent(
  runtime: LinuxBridgeRuntime,
  settings: Settings,
  agentId: string,
  times: Partial<Times> = {},
): AgentParts {
  const { tablesSeconds, toldAfterSeconds } = { ...TIMES, ...times };
  const log = runtime.log.named('neutron.plugins.ml2.drivers.linuxbridge.agent.linuxbridge_neutron_agent');
  const server = new Server(runtime.transport, runtime.newContext, agentId, runtime.host);
  const firewall =
    settings.firewall === 'iptables'
      ? new Firewall({ ipset: settings.ipset, comments: settings.comments, log })
      : undefined;
  const forwarding = settings.vxlan?.l2population ? new Forwarding(settings.vxlan.localIp) : undefined;
  const networks = new Networks(settings, forwarding, log, () => devices.working);
  const timers = new Set<NodeJS.Timeout>();
  const rounds = new Map<string, Round | undefined>();

  const qos = settings.qos && new Qos({ tuning: settings.qos, log, pull: server.policy });

  const devices = new Devices({
    settings,
    server,
    firewall,
    qos,
    log,
    carries: (network) => {
      if (network.type !== 'vxlan') return;
      forwarding?.follow(network.id, network.segmentationId ?? 0);
      networkLoop.mark(network.id);
    },
    asksTables: (networkIds) => {
      for (const id of networkIds) rounds.set(id, forwarding?.expect(id));
    },
    tablesAsked: (networkIds) => {
      for (const id of networkIds) concludeLater(id, rounds.get(id));
    },
    worked: () => {
      for (const id of networks.deleted) networkLoop.mark(id);
    },
  });

  const probes = new Probes({
    log,
    known: async (taps) => new Set((await server.details(taps)).keys()),
    wire: async (device) => (await bring(device)).waitingFor,
  });

  /**
   * When a table should be told. If it is: what it does not name may go, and what a second one does not name either is
   * wrong. Else what carries traffic stays: a busy server is waited for on, and a lost answer is asked for again in time.
   */
  function concludeLater(networkId: string, round: Round | undefined): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      const concluded = forwarding?.conclude(networkId, round);
      if (!concluded) {
        if (forwarding?.awaits(networkId, round)) concludeLater(networkId, round);
        return;
      }
      const known = networks.sweeps(networkId);
      networks.maySweep(networkId, true);
      if (!known) networkLoop.mark(networkId);
      // What is forgotten now differs from the kernel: the comparison tells it, and puts it right.
      const { forgotten, suspected } = concluded;
      if (forgotten > 0)
        log.info(`${forgotten} forwarding entries of network ${networkId} are of ports that are gone`);
      if (suspected > 0) askTable(networkId);
    }, toldAfterSeconds * 1000);
    timers.add(timer);
  }

  const deviceLoop = createReconciler({
    log,
    itemName: 'device',
    async listAll() {
      for (const id of forwarding?.networks() ?? []) {
        networks.maySweep(id, false);
        forwarding?.restart(id);
      }
      devices.needTables();
      qos?.doubtPolicies();
      const links = await listLinks();
      watch?.saw(links.values());
      const taps = [...links.keys()].filter(isTap);
      const all = [...new Set([...taps, ...devices.known()])];
      for (const device of all) devices.need(device, 'wire');
      return all;
    },
    work: (ids) => devices.work(ids),
    async afterSync() {
      // With no device there was no work, and filters of devices that went meanwhile may be left.
      if (devices.count === 0) await firewall?.apply();
      await probes.sweep();
    },
  });
  const networkLoop = createReconciler({
    log,
    itemName: 'network',
    listAll: async () => forwarding?.networks() ?? [],
    work: (ids) => networks.work(ids),
  });

  const markDevice = (device: string, depth: Depth) => {
    devices.need(device, depth);
    deviceLoop.mark(device, PRIORITY[depth]);
  };
  /** Wires and filters a device now, asking the server anew. */
  const bring = async (device: string): Promise<Applied> => {
    devices.need(device, 'wire');
    const error = await deviceLoop.bring(device, PRIORITY.wire);
    if (error !== undefined || devices.has(device)) return appliedUnless(error);
    return waiting('the server does not name it as a port of this host');
  };
  /** Begins with the first resync: what is wired before the agent listens would miss its forwarding table. */
  let watch: DeviceWatch | undefined;
  const startWatching = () =>
    watchDevices({
      changed: (device) => markDevice(device, 'wire'),
      failed: (error) => log.error(`Cannot list the devices of this host: ${String(error)}`),
    });

  const bringDevice = (device: string) => {
    devices.need(device, 'check');
    return deviceLoop.bring(device, PRIORITY.check);
  };

  /** What was told stays, so that nothing is lost meanwhile. */
  function askTable(networkId: string): void {
    const carriers = devices.onNetwork(networkId);
    const device = carriers[Math.floor(Math.random() * carriers.length)];
    if (device === undefined) return;
    devices.needTable(networkId);
    devices.need(device, 'wire');
    deviceLoop.mark(device, PRIORITY.check);
  }
  const askTables = () => {
    if (!deviceLoop.synced) return;
    for (const id of forwarding?.networks() ?? []) askTable(id);
  };
  const asking = setInterval(askTables, tablesSeconds * 1000 * (0.75 + Math.random() / 2));
  const sweeping = setInterval(
    () => void probes.sweep().catch((error) => log.error(`Cannot remove old probes: ${String(error)}`)),
    SWEEP_PROBES_MILLISECONDS,
  );

  return {
    facts: {
      binary: 'neutron-linuxbridge-agent',
      agentType: 'Linux bridge agent',
      topic: 'N/A',
      startFacts: { resource_versions: RESOURCE_VERSIONS },
    },
    listens: listens({
      host: runtime.host,
      devices,
      networks,
      firewall,
      forwarding,
      qos,
      present: (device) => watch?.has(device) || devices.has(device),
      markDevice,
      markNetwork: (networkId) => networkLoop.mark(networkId),
    }),
    answers: [probesEndpoint(probes)],
    configurations: () => configurations(settings, devices.count),
    self: {
      loops: [deviceLoop, networkLoop],
      async applied(portId) {
        const device = tapName(portId);
        if (!watch?.has(device)) return absent(`its device ${device} is not on this host`);
        return bring(device);
      },
      look: () =>
        lookAtKernel({
          log,
          devices,
          networks,
          firewall,
          forwarding,
          qos,
          deviceLoop,
          networkLoop,
          bringDevice,
          missed: (device) => markDevice(device, devices.has(device) ? 'check' : 'wire'),
        }),
      async findings() {
        const observed = await observeHost();
        return [...hostFindings(settings, observed), ...devices.findings(observed)];
      },
    },
    resync(reason) {
      watch ??= startWatching();
      deviceLoop.markAll(reason);
    },
    async stop() {
      watch?.close();
      clearInterval(asking);
      clearInterval(sweeping);
      await Promise.all([deviceLoop.stop(), networkLoop.stop()]);
      // The last work may have begun to wait for a table.
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** What report_state says of this agent, key by key as Neutron's agent. */
export function configurations(settings: Settings, devices: number): { [key: string]: Json } {
  return {
    extensions: settings.qos ? ['qos'] : [],
    bridge_mappings: Object.fromEntries(settings.bridges),
    interface_mappings: Object.fromEntries(settings.interfaces),
    ...(settings.vxlan
      ? {
          tunneling_ip: settings.vxlan.localIp,
          tunnel_types: ['vxlan'],
          l2_population: settings.vxlan.l2population,
        }
      : {}),
    devices,
  };
}

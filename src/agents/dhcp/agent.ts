import { core } from '../../config/options/index.ts';
import { driverUnsuited } from '../../health/catalogue/settings.ts';
import { oneLine } from '../../health/render.ts';
import { createProcessMonitor } from '../../linux/processMonitor.ts';
import { MessagingTimeout } from '../../messaging/errors.ts';
import { dhcpPlugin } from '../../rpc/dhcp.ts';
import { client } from '../../rpc/interface.ts';
import type { AgentParts, AgentRuntime } from '../runtime/agent.ts';
import { broughtBy, createReconciler, one } from '../runtime/reconciler.ts';
import { absent, appliedUnless } from '../runtime/self.ts';
import { createDesired } from './desired.ts';
import { dhcpEndpoint } from './handlers.ts';
import { lookAtNetworks } from './look.ts';
import { createMetadataProxies } from './proxies.ts';
import { createReadyPorts } from './ready.ts';
import { createNetworkReconciler, type DhcpService, observedNetworks } from './reconcile.ts';
import { openDirectories, servedAddresses } from './serve.ts';
import { dhcpSettings } from './settings.ts';

const knownInterfaceDrivers = ['linuxbridge', 'neutron.agent.linux.interface.BridgeInterfaceDriver'];

/** The DHCP agent: for each network of this host a namespace with dnsmasq and, where wanted, a metadata proxy. */
export async function dhcpAgentParts(runtime: AgentRuntime): Promise<AgentParts> {
  const { config, host, transport, newContext } = runtime;
  const log = runtime.log.named('neutron.agent.dhcp.agent');
  const settings = dhcpSettings(config);
  checkDrivers(settings.interfaceDriver, settings.driver);
  openDirectories(settings);

  const plugin = client(transport, dhcpPlugin);
  const service: DhcpService = {
    networkInfo: (network_id) => plugin.get_network_info(newContext(), { network_id, host }),
    create: (port) => plugin.create_dhcp_port(newContext(), { port: { port }, host }),
    update: (port_id, port) => plugin.update_dhcp_port(newContext(), { port_id, port: { port }, host }),
    get: (port_id) => plugin.get_dhcp_port(newContext(), { port_id }),
    release: (network_id, device_id) =>
      plugin.release_dhcp_port(newContext(), { network_id, device_id, host }),
  };

  let listSeconds = 60;
  const longestSeconds = config.group(core).rpc_response_max_timeout;
  /** One answer holds everything: on a large cloud it may take the server longer than a call usually does. */
  const listNetworks = async () => {
    try {
      const args = { host, enable_dhcp_filter: false };
      return await plugin.get_active_networks_info(newContext(), args, { timeoutSeconds: listSeconds });
    } catch (error) {
      if (error instanceof MessagingTimeout) listSeconds = Math.min(listSeconds * 2, longestSeconds);
      throw error;
    }
  };

  const desired = createDesired();
  const readyPorts = createReadyPorts(log, (port_ids) =>
    plugin.dhcp_ready_on_ports(newContext(), { port_ids }),
  );
  const exitIfWanted = () => {
    if (settings.exitOnDeath) process.exit(1);
  };
  const monitor = createProcessMonitor({
    log,
    intervalSeconds: settings.checkSeconds,
    onDied(networkId) {
      exitIfWanted();
      reconciler.mark(networkId);
    },
  });
  const proxies = createMetadataProxies({ log, settings, onDied: exitIfWanted });
  const networks = createNetworkReconciler({
    host,
    settings,
    log,
    desired,
    service,
    monitor,
    proxies,
    ready: (ports) => readyPorts.add(ports),
  });
  const reconciler = createReconciler({
    log,
    itemName: 'network',
    parallel: settings.parallel,
    batchSize: 1,
    backoff: { firstSeconds: settings.resyncSeconds, maxSeconds: 60 },
    async listAll() {
      await desired.refreshAll(listNetworks);
      networks.distrustAll();
      return new Set([...desired.ids(), ...observedNetworks(settings)]);
    },
    work: one((id) => networks.apply(id)),
    async afterSync() {
      const { networks: count, ports } = desired.counts();
      log.info(`Synchronizing state complete: ${count} network(s), ${ports} port(s)`);
    },
  });

  const loops = [reconciler, proxies.loop];

  return {
    facts: {
      binary: 'neutron-dhcp-agent',
      agentType: 'DHCP agent',
      topic: 'dhcp_agent',
      availabilityZone: settings.availabilityZone,
    },
    listens: [
      {
        topic: 'dhcp_agent',
        endpoints: [
          dhcpEndpoint({ host, desired, networks, reconciler, gatherSeconds: settings.reloadSeconds }),
        ],
      },
    ],
    configurations: () => ({
      dhcp_driver: settings.driver,
      dhcp_lease_duration: settings.leaseSeconds,
      log_agent_heartbeats: settings.logHeartbeats,
      ...desired.counts(),
    }),
    self: {
      loops,
      async applied(id) {
        desired.invalidate(id);
        const error = await broughtBy(loops, id);
        if (error !== undefined || desired.get(id) !== 'unwanted') return appliedUnless(error);
        return absent('this agent has not been given the network');
      },
      look: () => lookAtNetworks(networks, reconciler, proxies.loop),
      findings: async () => [],
    },
    reads: { dhcpHost: async ({ networkId, mac }) => servedAddresses(networkId, mac, settings) },
    resync: (reason) => reconciler.markAll(reason),
    async stop() {
      monitor.stop();
      readyPorts.stop();
      // Networks that go wait for their proxies.
      await reconciler.stop();
      await proxies.stop();
    },
  };
}

function checkDrivers(interfaceDriver: string | null, dhcpDriver: string): void {
  const unsuited = (option: string, value: string | null, right: string) =>
    new Error(
      oneLine(
        driverUnsuited.found({
          program: 'neutron-dhcp-agent',
          option,
          value,
          right,
          file: '/etc/neutron/dhcp_agent.ini',
        }),
      ),
    );
  if (interfaceDriver === null || !knownInterfaceDrivers.includes(interfaceDriver))
    throw unsuited('interface_driver', interfaceDriver, 'linuxbridge');
  if (!['dnsmasq', 'neutron.agent.linux.dhcp.Dnsmasq'].includes(dhcpDriver))
    throw unsuited('dhcp_driver', dhcpDriver, 'neutron.agent.linux.dhcp.Dnsmasq');
}

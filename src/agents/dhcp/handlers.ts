import type { Endpoint } from '../../messaging/transport.ts';
import { dhcpDeviceId } from '../../net/dhcpDevice.ts';
import { dhcpAgent, dhcpPriorities } from '../../rpc/dhcpAgent.ts';
import type { PortDict } from '../../rpc/dicts.ts';
import { endpoint } from '../../rpc/interface.ts';
import type { Reconciler } from '../runtime/reconciler.ts';
import type { Desired } from './desired.ts';
import type { NetworkReconciler } from './reconcile.ts';

interface Options {
  readonly host: string;
  readonly desired: Desired;
  readonly networks: Pick<NetworkReconciler, 'awaitReady'>;
  readonly reconciler: Pick<Reconciler, 'mark' | 'markAll'>;
  /** Seconds in which ports' changes on a network are gathered; 0 for at once. */
  readonly gatherSeconds: number;
}

/**
 * How long to wait when the server has taken addresses from the agent's own port: a subnet or the network is being
 * deleted, and asking for a new address at this moment would be in the way.
 */
const ownPortSeconds = 2;

/** The server's notifications: they change what is desired and mark the network dirty. */
export function dhcpEndpoint({ host, desired, networks, reconciler, gatherSeconds }: Options): Endpoint {
  const gathering = new Map<string, NodeJS.Timeout>();

  const markLater = (networkId: string, seconds: number, priority: number) => {
    if (seconds === 0) return reconciler.mark(networkId, priority);
    if (gathering.has(networkId)) return;
    const ring = () => {
      gathering.delete(networkId);
      reconciler.mark(networkId, priority);
    };
    gathering.set(networkId, setTimeout(ring, seconds * 1000).unref());
  };

  const refresh = (networkId: string, priority: number | undefined, otherwise: number) => {
    desired.announce(networkId);
    reconciler.mark(networkId, priority ?? otherwise);
  };

  const ownPortChanged = (networkId: string) => {
    desired.invalidate(networkId);
    markLater(networkId, ownPortSeconds, dhcpPriorities.portHigh);
  };

  const putPort = async (port: PortDict, priority: number | undefined) => {
    const changed = desired.putPort(port);
    if (desired.get(port.network_id) === 'unwanted') return;
    if (port.device_id === dhcpDeviceId(host, port.network_id)) {
      if (changed) ownPortChanged(port.network_id);
      return;
    }
    networks.awaitReady(port.network_id, port.id);
    markLater(port.network_id, gatherSeconds, priority ?? dhcpPriorities.portLow);
  };

  return endpoint(dhcpAgent, {
    async network_create_end(_context, { payload }) {
      refresh(payload.network.id, payload.priority, dhcpPriorities.networkCreate);
    },
    async network_update_end(_context, { payload }) {
      refresh(payload.network.id, payload.priority, dhcpPriorities.networkUpdate);
    },
    async network_delete_end(_context, { payload }) {
      desired.drop(payload.network_id);
      reconciler.mark(payload.network_id, payload.priority ?? dhcpPriorities.networkDelete);
    },
    async subnet_create_end(_context, { payload }) {
      refresh(payload.subnet.network_id, payload.priority, dhcpPriorities.subnetCreate);
    },
    async subnet_update_end(_context, { payload }) {
      refresh(payload.subnet.network_id, payload.priority, dhcpPriorities.subnetUpdate);
    },
    async subnet_delete_end(_context, { payload }) {
      if (desired.get(payload.network_id) !== 'unwanted')
        refresh(payload.network_id, payload.priority, dhcpPriorities.subnetDelete);
    },
    async port_create_end(_context, { payload }) {
      await putPort(payload.port, payload.priority);
    },
    async port_update_end(_context, { payload }) {
      await putPort(payload.port, payload.priority);
    },
    async port_delete_end(_context, { payload }) {
      const own =
        desired.deviceIdOf(payload.network_id, payload.port_id) === dhcpDeviceId(host, payload.network_id);
      if (!desired.removePort(payload.network_id, payload.port_id)) return;
      if (own) ownPortChanged(payload.network_id);
      else markLater(payload.network_id, gatherSeconds, payload.priority ?? dhcpPriorities.portDelete);
    },
    async agent_updated() {
      reconciler.markAll('the agent was changed on the server');
    },
  });
}

import type { RpcContext } from '../../../messaging/transport.ts';
import { message } from '../../../rpc/interface.ts';
import { type FdbEntries, type FdbEntry, floodingEntry, l2population } from '../../../rpc/l2population.ts';
import type { Outbox } from '../../notify/outbox.ts';
import type { Tx } from '../../services/service.ts';
import { hasOtherPorts, otherHostsEntries, type TunnelledPort, tunnelledPort } from './entries.ts';

/**
 * Tells every agent behind which tunnel a port is, so that nothing is flooded to learn it. Each function works inside
 * the transaction that changes the port, after its status is written; ports on no tunnel cost one query.
 */
export interface L2Population {
  /** The port became ACTIVE on the host. The first of its network there, or any after a restart, also fetches the whole table. */
  portUp(
    tx: Tx,
    context: RpcContext,
    port: { id: string; host: string; agentRestarted?: boolean },
  ): Promise<void>;
  /** The port is no longer ACTIVE on the host. Call before its binding and addresses are deleted. */
  portDown(tx: Tx, context: RpcContext, port: { id: string; host: string }): Promise<void>;
  /** The addresses of an ACTIVE port changed. */
  addressesChanged(
    tx: Tx,
    context: RpcContext,
    port: { id: string; host: string; mac: string; before: readonly string[]; after: readonly string[] },
  ): Promise<void>;
}

const table = (port: TunnelledPort, ports: Record<string, FdbEntry[]>): FdbEntries => ({
  [port.networkId]: { segment_id: port.segmentId, network_type: port.networkType, ports },
});

/** The l2population mechanism driver's notifications, sent through the outbox. */
export function createL2Population(outbox: Pick<Outbox, 'add'>): L2Population {
  const own = (port: TunnelledPort, flooding: boolean): FdbEntries =>
    table(port, { [port.tunnelAddress]: [...(flooding ? [floodingEntry] : []), ...port.entries] });

  return {
    async portUp(tx, context, { id, host, agentRestarted = false }) {
      const port = await tunnelledPort(tx, id, host);
      if (!port) return;
      const first = !(await hasOtherPorts(tx, port));
      if (first || agentRestarted) {
        const ports = await otherHostsEntries(tx, port.networkId, host);
        if (Object.keys(ports).length > 0) {
          const whole = message(
            l2population,
            'add_fdb_entries',
            { fdb_entries: table(port, ports) },
            { server: host },
          );
          await outbox.add(tx, { ...whole, context });
        }
      }
      const fdb_entries = own(port, first || agentRestarted);
      await outbox.add(tx, {
        ...message(l2population, 'add_fdb_entries', { fdb_entries }, { fanout: true }),
        context,
      });
    },

    async portDown(tx, context, { id, host }) {
      const port = await tunnelledPort(tx, id, host);
      if (!port) return;
      const last = !(await hasOtherPorts(tx, port));
      const fdb_entries = own(port, last);
      await outbox.add(tx, {
        ...message(l2population, 'remove_fdb_entries', { fdb_entries }, { fanout: true }),
        context,
      });
    },

    async addressesChanged(tx, context, { id, host, mac, before, after }) {
      const gone = before.filter((address) => !after.includes(address));
      const come = after.filter((address) => !before.includes(address));
      const port = gone.length + come.length > 0 ? await tunnelledPort(tx, id, host) : undefined;
      if (!port) return;
      const entries = (addresses: readonly string[]) => addresses.map((address): FdbEntry => [mac, address]);
      const change = {
        ...(gone.length > 0 ? { before: entries(gone) } : {}),
        ...(come.length > 0 ? { after: entries(come) } : {}),
      };
      const fdb_entries = { chg_ip: { [port.networkId]: { [port.tunnelAddress]: change } } };
      await outbox.add(tx, {
        ...message(l2population, 'update_fdb_entries', { fdb_entries }, { fanout: true }),
        context,
      });
    },
  };
}

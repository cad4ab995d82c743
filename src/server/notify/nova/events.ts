import { isDeepStrictEqual } from 'node:util';
import { PROBE_OWNER } from '../../../rpc/probes.ts';
import type { ResourceHooks } from '../../services/hooks.ts';
import type { Item } from '../../services/service.ts';

/** An entry of Nova's os-server-external-events. */
export interface NovaEvent {
  readonly server_uuid: string;
  readonly name: 'network-changed' | 'network-vif-plugged' | 'network-vif-unplugged' | 'network-vif-deleted';
  readonly status?: 'completed' | 'failed';
  /** The port. */
  readonly tag: string;
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const OWNERS = /^(compute|baremetal):/;

/** Ports of servers; of others, our probes' among them, Nova knows nothing. */
const isServerPort = (port: Item): boolean =>
  OWNERS.test(String(port.device_owner)) &&
  port.device_owner !== PROBE_OWNER &&
  UUID.test(String(port.device_id));

const server = (port: Item) => ({ server_uuid: port.device_id as string });
const tag = (port: Item) => ({ tag: port.id as string });

/** What a change of a port's status means to its server, if anything. */
export function statusEvent(port: Item, before: unknown, after: unknown): NovaEvent | undefined {
  if (!isServerPort(port)) return undefined;
  const wasDown = before === 'DOWN' || before === 'BUILD' || before === undefined;
  if (wasDown && (after === 'ACTIVE' || after === 'ERROR')) {
    const status = after === 'ACTIVE' ? 'completed' : 'failed';
    return { ...server(port), name: 'network-vif-plugged', status, ...tag(port) };
  }
  if (before === 'ACTIVE' && after === 'DOWN') {
    return { ...server(port), name: 'network-vif-unplugged', status: 'completed', ...tag(port) };
  }
  return undefined;
}

/** What an agent or the binding changes is no change of the port's data. */
const BY_AGENTS = ['status', 'updated_at', 'revision_number', 'binding:vif_type', 'binding:vif_details'];

function dataChanged(before: Item, after: Item): boolean {
  const data = (item: Item) =>
    Object.fromEntries(Object.entries(item).filter(([key]) => !BY_AGENTS.includes(key)));
  return !isDeepStrictEqual(data(before), data(after));
}

const changed = (port: Item): NovaEvent[] =>
  isServerPort(port) ? [{ name: 'network-changed', ...server(port), ...tag(port) }] : [];

export interface NovaHookParts {
  readonly statusChanges: boolean;
  readonly dataChanges: boolean;
  queue(events: readonly NovaEvent[]): void;
  readonly portOf: (id: string) => Promise<Item | undefined>;
}

/** Turns changes of ports and floating IPs into events, after they are committed. */
export function novaHooks({ statusChanges, dataChanges, queue, portOf }: NovaHookParts): {
  readonly port: ResourceHooks;
  readonly floatingip: ResourceHooks;
} {
  const ofPort = async (portId: unknown): Promise<void> => {
    const port = dataChanges && portId ? await portOf(portId as string) : undefined;
    if (port) queue(changed(port));
  };
  return {
    port: {
      async updated(_context, before, after) {
        const status = statusChanges ? statusEvent(after, before.status, after.status) : undefined;
        if (status) queue([status]);
        if (dataChanges && dataChanged(before, after)) queue(changed(after));
      },
      async deleted(_context, port) {
        if (!dataChanges || !isServerPort(port)) return;
        queue([{ ...server(port), name: 'network-vif-deleted', ...tag(port) }]);
      },
    },
    floatingip: {
      created: (_context, item) => ofPort(item.port_id),
      async updated(_context, before, after) {
        if (before.port_id !== after.port_id) await ofPort(before.port_id);
        await ofPort(after.port_id);
      },
      deleted: (_context, item) => ofPort(item.port_id),
    },
  };
}

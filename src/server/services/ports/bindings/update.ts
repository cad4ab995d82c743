import { fault } from '../../../errors/index.ts';
import type { Item, RequestContext } from '../../service.ts';
import { bumpRevision } from '../../standardAttributes.ts';
import { transact, type Work } from '../../work.ts';
import { bindingNotFound, boundBinding, decideBinding, hostOf, type PortBindings } from './decide.ts';
import { lockPort } from './lock.ts';
import { type BindingRow, presentBinding, storedProfile } from './rows.ts';
import { deleteBinding, insertBinding, insertLevel, vifColumns } from './writing.ts';

/** Locks the port and finds what a request changes of its binding on a host, in the form of its columns. */
async function wantedOf(work: Work, { ports, portId }: PortBindings, host: string, changes: Item) {
  const { port, bindings } = await lockPort(work, ports, portId);
  const row = bindings.find((binding) => binding.host === host);
  if (row === undefined) throw bindingNotFound(portId, host);
  const wanted = {
    host: hostOf(changes.host) || host,
    vnic_type: (changes.vnic_type ?? row.vnic_type) as string,
    // As in Neutron a request without profile clears it.
    profile: storedProfile(changes.profile),
  };
  if (wanted.host !== host && bindings.some((other) => other.host === wanted.host)) {
    throw fault('PortBindingAlreadyExists', { port_id: portId, host: wanted.host });
  }
  return { port, row, wanted };
}

/** Whether drivers must decide anew: a profile alone changes nothing for them. */
const needsDrivers = (row: BindingRow, wanted: Pick<BindingRow, 'host' | 'vnic_type'>): boolean =>
  wanted.host !== row.host || wanted.vnic_type !== row.vnic_type || row.vif_type === 'unbound';

/**
 * Changes a binding; the active one is bound anew, as by an update of the port.
 * @throws PortBindingNotFound (404), PortBindingAlreadyExists (409), PortBindingError (500) when no driver binds
 */
export async function updateBinding(
  bindings: PortBindings,
  context: RequestContext,
  host: string,
  changes: Item,
): Promise<Item> {
  const { server, ports, portId } = bindings;
  const { port, row, wanted } = await transact(server, context, async (work) => {
    const found = await wantedOf(work, bindings, host, changes);
    if (found.row.status === 'ACTIVE') {
      await ports.updateIn(work, portId, {
        'binding:host_id': found.wanted.host,
        'binding:vnic_type': found.wanted.vnic_type,
        'binding:profile': changes.profile ?? {},
      });
    }
    return found;
  });
  if (row.status === 'ACTIVE') return boundBinding(bindings, wanted.host);

  const anew = needsDrivers(row, wanted);
  const decided = anew ? await decideBinding(bindings, context, port.network_id, wanted) : undefined;
  return transact(server, context, async (work) => {
    const { row: current } = await wantedOf(work, bindings, host, changes);
    if (current.status !== 'INACTIVE') throw bindingNotFound(portId, host);
    const after = { ...current, ...wanted, ...(anew ? vifColumns(decided) : {}) };
    if (anew) {
      await deleteBinding(work.tx, portId, host);
      await insertBinding(work.tx, after);
      if (decided !== undefined) await insertLevel(work.tx, portId, after.host, decided);
    } else {
      await work.tx
        .updateTable('ml2_port_bindings')
        .set({ profile: wanted.profile })
        .where('port_id', '=', portId)
        .where('host', '=', host)
        .execute();
    }
    await bumpRevision(work.tx, [port.standard_attr_id]);
    return presentBinding(after);
  });
}

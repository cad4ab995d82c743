import { fault } from '../../../errors/index.ts';
import type { Item, RequestContext } from '../../service.ts';
import { bumpRevision } from '../../standardAttributes.ts';
import { transact } from '../../work.ts';
import type { Port } from '../rows.ts';
import { boundBinding, decideBinding, hostOf, type PortBindings } from './decide.ts';
import { lockPort } from './lock.ts';
import { type BindingRow, presentBinding, storedProfile } from './rows.ts';
import { insertBinding, insertLevel, vifColumns } from './writing.ts';

/** A port that lost its active binding gets this one for it; the port when it has one. */
const createActive = (
  { server, ports, binder, portId }: PortBindings,
  context: RequestContext,
  row: BindingRow,
): Promise<Port | undefined> =>
  transact(server, context, async (work) => {
    const { port, bindings } = await lockPort(work, ports, portId);
    if (bindings.some(({ host }) => host === row.host)) {
      throw fault('PortBindingAlreadyExists', { port_id: portId, host: row.host });
    }
    if (bindings.some(({ status }) => status === 'ACTIVE')) return port;
    await insertBinding(work.tx, { ...row, status: 'ACTIVE' });
    await ports.updateIn(work, portId, { status: 'DOWN' });
    work.after(() => binder.bind(context, portId, { notify: true }));
    return undefined;
  });

/**
 * Makes a binding on a host that the port may move to: inactive, and bound there by the drivers.
 * @throws PortBindingAlreadyExists (409), PortBindingError (500) when no driver binds
 */
export async function createBinding(
  bindings: PortBindings,
  context: RequestContext,
  item: Item,
): Promise<Item> {
  const { server, portId } = bindings;
  const row = {
    port_id: portId,
    host: hostOf(item.host),
    vnic_type: item.vnic_type as string,
    profile: storedProfile(item.profile),
    status: 'INACTIVE',
    ...vifColumns(undefined),
  };
  const port = await createActive(bindings, context, row);
  if (port === undefined) return boundBinding(bindings, row.host);
  const decided = await decideBinding(bindings, context, port.network_id, row);
  const made = { ...row, ...vifColumns(decided) };
  await transact(server, context, async ({ tx }) => {
    await insertBinding(tx, made);
    if (decided !== undefined) await insertLevel(tx, portId, row.host, decided);
    await bumpRevision(tx, [port.standard_attr_id]);
  });
  return presentBinding(made);
}

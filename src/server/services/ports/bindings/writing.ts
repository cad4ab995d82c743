import { isDuplicate, isForeignKeyViolation } from '../../../db/errors.ts';
import { fault } from '../../../errors/index.ts';
import type { Bound } from '../../../ml2/mechanisms/driver.ts';
import type { Tx } from '../../service.ts';
import type { Work } from '../../work.ts';
import type { PortService } from '../index.ts';
import type { Port } from '../rows.ts';
import { type BindingRow, bindingQuery } from './rows.ts';

/**
 * Locks a server's port and loads it with its bindings.
 * @throws PortNotFound (404), BadRequest (400) for a port of anything but a server
 */
export async function lockPort(
  { tx }: Work,
  ports: Pick<PortService, 'getIn'>,
  id: string,
): Promise<{ readonly port: Port; readonly bindings: readonly BindingRow[] }> {
  await tx.selectFrom('ports').select('id').where('id', '=', id).forUpdate().execute();
  const port = await ports.getIn(tx, id);
  if (port === undefined) throw fault('PortNotFound', { port_id: id });
  checkServerPort(port);
  return { port, bindings: await bindingQuery(tx, id).execute() };
}

/** @throws BadRequest (400) for a port of anything but a server */
export function checkServerPort({ id, device_owner }: Port): void {
  if (device_owner.startsWith('compute:')) return;
  const msg = `Invalid port ${id}. Operation only valid on compute ports`;
  throw fault('BadRequest', { resource: 'port', msg });
}

/** Adds a binding. @throws PortBindingAlreadyExists (409), PortNotFound (404) when the port went meanwhile */
export async function insertBinding(tx: Tx, row: BindingRow): Promise<void> {
  const { port_id, host } = row;
  try {
    await tx.insertInto('ml2_port_bindings').values(row).execute();
  } catch (error) {
    if (isDuplicate(error)) throw fault('PortBindingAlreadyExists', { port_id, host });
    if (isForeignKeyViolation(error)) throw fault('PortNotFound', { port_id });
    throw error;
  }
}

export const deleteBinding = async (tx: Tx, portId: string, host: string): Promise<void> => {
  await deleteLevels(tx, portId, host);
  await tx.deleteFrom('ml2_port_bindings').where('port_id', '=', portId).where('host', '=', host).execute();
};

/** Forgets to which segment a port is bound on a host. */
export const deleteLevels = async (tx: Tx, portId: string, host: string): Promise<void> => {
  await tx
    .deleteFrom('ml2_port_binding_levels')
    .where('port_id', '=', portId)
    .where('host', '=', host)
    .execute();
};

/** Notes to which segment a port is bound on a host. */
export const insertLevel = async (tx: Tx, portId: string, host: string, bound: Bound): Promise<void> => {
  await tx
    .insertInto('ml2_port_binding_levels')
    .values({ port_id: portId, host, level: 0, driver: bound.driver, segment_id: bound.segment.id })
    .execute();
};

/** The columns of a binding that hold what the drivers decided. */
export const vifColumns = (bound: Bound | undefined) => ({
  vif_type: bound?.vifType ?? 'unbound',
  vif_details: bound === undefined ? '' : JSON.stringify(bound.vifDetails),
});

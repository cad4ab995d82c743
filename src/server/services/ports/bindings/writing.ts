import { isDuplicate, isForeignKeyViolation } from '../../../db/errors.ts';
import { sortedPythonJson } from '../../../db/pythonJson.ts';
import { fault } from '../../../errors/index.ts';
import type { Bound } from '../../../ml2/mechanisms/driver.ts';
import type { Tx } from '../../service.ts';
import type { BindingRow } from './rows.ts';

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
  vif_details: bound === undefined ? '' : sortedPythonJson(bound.vifDetails),
});

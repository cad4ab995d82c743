import { fault } from '../../../errors/index.ts';
import type { Work } from '../../work.ts';
import type { PortService } from '../index.ts';
import { lockPorts } from '../lock.ts';
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
  await lockPorts(tx, [id]);
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

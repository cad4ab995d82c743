import { pythonText } from '../../../../resources/pythonText.ts';
import type { ServerContext } from '../../../context.ts';
import { fault } from '../../../errors/index.ts';
import type { PortBinder } from '../../../ml2/binding.ts';
import type { Bound } from '../../../ml2/mechanisms/driver.ts';
import type { Item, RequestContext } from '../../service.ts';
import type { PortService } from '../index.ts';
import { type BindingRow, bindingQuery, presentBinding } from './rows.ts';

/** What bindings need of other parts. */
export interface BindingParts {
  readonly ports: PortService;
  readonly binder: PortBinder;
}

/** The bindings of one port, and what is needed to change them. */
export interface PortBindings extends BindingParts {
  readonly server: ServerContext;
  readonly portId: string;
}

export const bindingNotFound = (portId: string, host: string) =>
  fault('PortBindingNotFound', { port_id: portId, host });

/** @throws PortBindingNotFound (404) */
export async function findBinding({ server, portId }: PortBindings, host: string): Promise<BindingRow> {
  const row = await bindingQuery(server.db.kysely, portId).where('host', '=', host).executeTakeFirst();
  if (row === undefined) throw bindingNotFound(portId, host);
  return row;
}

/** What the drivers make of a binding; one on no host stays unbound. @throws PortBindingError (500) */
export async function decideBinding(
  { binder, portId }: PortBindings,
  context: RequestContext,
  networkId: string,
  { host, vnic_type: vnicType }: Pick<BindingRow, 'host' | 'vnic_type'>,
): Promise<Bound | undefined> {
  if (host === '') return undefined;
  const bound = await binder.decide(context, { portId, networkId, host, vnicType });
  if (bound === undefined) throw fault('PortBindingError', { port_id: portId, host });
  return bound;
}

/** The active binding as it is after the port was bound by it. @throws PortBindingError (500) */
export async function boundBinding(bindings: PortBindings, host: string): Promise<Item> {
  const row = await findBinding(bindings, host);
  if (row.vif_type === 'binding_failed') {
    throw fault('PortBindingError', { port_id: bindings.portId, host });
  }
  return presentBinding(row);
}

/** A host's name as a request gives it. */
export const hostOf = (given: unknown): string => pythonText(given ?? '');

import { core } from '../../../../config/options/index.ts';
import { message } from '../../../../rpc/interface.ts';
import { bindingActivate, bindingDeactivate } from '../../../../rpc/l2agent.ts';
import { isDuplicate } from '../../../db/errors.ts';
import { fault } from '../../../errors/index.ts';
import { lifecycle } from '../../lifecycle.ts';
import type { Tx } from '../../service.ts';
import { bumpRevision } from '../../standardAttributes.ts';
import type { Work } from '../../work.ts';
import { macOfBinding } from '../mac.ts';
import type { Port } from '../rows.ts';
import { blockPorts } from '../write.ts';
import { bindingNotFound, type PortBindings } from './decide.ts';
import { lockPort } from './lock.ts';
import type { BindingRow } from './rows.ts';
import { deleteLevels, vifColumns } from './writing.ts';

const set = (tx: Tx, { port_id, host }: BindingRow, values: Partial<BindingRow>) =>
  tx
    .updateTable('ml2_port_bindings')
    .set(values)
    .where('port_id', '=', port_id)
    .where('host', '=', host)
    .execute();

async function setDown(tx: Tx, port: Port, mac: string | undefined): Promise<void> {
  const values = { status: 'DOWN', ...(mac === undefined ? {} : { mac_address: mac }) };
  try {
    await tx.updateTable('ports').set(values).where('id', '=', port.id).execute();
  } catch (error) {
    if (isDuplicate(error)) throw fault('MacAddressInUse', { net_id: port.network_id, mac: mac! });
    throw error;
  }
}

/**
 * Makes the binding on a host the port's active one, as at the end of a live migration: the one it had stays, unbound
 * and inactive, both hosts' agents are told, and the port is DOWN until the new host has wired it.
 *
 * @throws PortBindingAlreadyActive (409), PortBindingNotFound (404)
 */
export async function activateBinding(
  work: Work,
  { server, ports, binder, portId }: PortBindings,
  host: string,
): Promise<void> {
  const { tx, context } = work;
  const { port, bindings } = await lockPort(work, ports, portId);
  const active = bindings.find(({ status }) => status === 'ACTIVE');
  if (active?.host === host) throw fault('PortBindingAlreadyActive', { port_id: portId, host });
  const target = bindings.find((binding) => binding.host === host);
  if (target === undefined) throw bindingNotFound(portId, host);

  await ports.statuses.leave(work, [port]);
  if (active !== undefined) {
    await deleteLevels(tx, portId, active.host);
    await set(tx, active, { status: 'INACTIVE', ...vifColumns(undefined) });
  }
  await set(tx, target, { status: 'ACTIVE' });
  const profile = target.profile === '' ? {} : JSON.parse(target.profile);
  const { base_mac } = server.config.group(core);
  await setDown(tx, port, macOfBinding(target.vnic_type, profile, base_mac));
  if (await binder.wiredByAgent(tx, target.vnic_type, host)) {
    await blockPorts(tx, [{ standard_attr_id: port.standard_attr_id, entity: 'L2' }]);
  }
  // One for what becomes inactive, one for what becomes active.
  await bumpRevision(tx, [port.standard_attr_id], undefined, 2);
  await lifecycle(server.hooks, 'port').updated(work, port, (await ports.getIn(tx, portId))!);

  const args = { port_id: portId, host };
  const gone = active && { port_id: portId, host: active.host, network_id: port.network_id };
  const casts = [
    ...(gone ? [message(bindingDeactivate, 'binding_deactivate', gone, { fanout: true })] : []),
    message(bindingActivate, 'binding_activate', args, { fanout: true }),
  ];
  await server.outbox.add(tx, ...casts.map((cast) => ({ ...cast, context: context.rpc })));
  // A binding that was active before is unbound.
  if (target.vif_type === 'unbound') work.after(() => binder.bind(context, portId, { notify: true }));
}

import type { Kysely } from 'kysely';
import { sortedPythonJson } from '../../../db/pythonJson.ts';
import type { Database } from '../../../db/schema/index.ts';
import { fault } from '../../../errors/index.ts';
import type { Shape } from '../../listing.ts';
import type { Item } from '../../service.ts';

/** As wide as the column. */
const LONGEST_PROFILE = 4095;

/** A profile as the database holds it. @throws InvalidInput (400) when it is too long */
export function storedProfile(profile: unknown): string {
  const given = (profile ?? {}) as Item;
  const text = Object.keys(given).length === 0 ? '' : sortedPythonJson(given);
  if (text.length <= LONGEST_PROFILE) return text;
  throw fault('InvalidInput', { error_message: 'binding:profile value too large' });
}

const parse = (stored: string): Item => (stored === '' ? {} : (JSON.parse(stored) as Item));

export const bindingQuery = (db: Kysely<Database>, portId: string) =>
  db.selectFrom('ml2_port_bindings').selectAll().where('port_id', '=', portId);

export type BindingRow = Awaited<ReturnType<ReturnType<typeof bindingQuery>['execute']>>[number];

/** What a list of one port's bindings is filtered by; hosts tell them apart. */
export const bindingShape = (portId: string): Shape => ({
  columns: {
    host: 'ml2_port_bindings.host',
    vif_type: 'ml2_port_bindings.vif_type',
    vnic_type: 'ml2_port_bindings.vnic_type',
    status: 'ml2_port_bindings.status',
  },
  id: 'ml2_port_bindings.host',
  missing: (host) => fault('PortBindingNotFound', { port_id: portId, host }),
});

/** A binding as the API shows it; its id is the host. */
export const presentBinding = ({ host, vif_type, vnic_type, status, profile, vif_details }: BindingRow) => ({
  id: host,
  host,
  vif_type,
  vnic_type,
  status,
  profile: parse(profile),
  vif_details: parse(vif_details),
});

/** The same where the answer is all of it. */
export function bareBinding(row: BindingRow): Item {
  const { id: _, ...shown } = presentBinding(row);
  return shown;
}

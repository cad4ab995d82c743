import { randomUUID } from 'node:crypto';
import { defer } from '../../db/deferred.ts';
import { isDuplicate } from '../../db/errors.ts';
import { fault } from '../../errors/index.ts';
import type { Tx } from '../service.ts';
import type { AddressPair } from './security.ts';

export interface DhcpOption {
  readonly opt_name: string;
  readonly opt_value: string | null;
  readonly ip_version?: number;
}

/** What a port carries in tables of its own. */
export interface PortLists {
  readonly id: string;
  readonly groups?: readonly string[];
  readonly pairs?: readonly AddressPair[];
  readonly options?: readonly DhcpOption[];
}

interface OptionRow {
  readonly id: string;
  readonly port_id: string;
  readonly opt_name: string;
  readonly opt_value: string;
  readonly ip_version: number;
}

/** @throws InvalidInput (400) when one of a port stands there twice */
async function insertOptions(tx: Tx, rows: readonly OptionRow[]): Promise<void> {
  if (rows.length === 0) return;
  try {
    await tx.insertInto('extradhcpopts').values(rows).execute();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    const key = ({ port_id, opt_name, ip_version }: OptionRow) =>
      `${port_id} ${opt_name.toLowerCase()} ${ip_version}`;
    const twice = [...Map.groupBy(rows, key).values()].find((same) => same.length > 1) ?? rows;
    throw fault('InvalidInput', {
      error_message: `Duplicate items in the list: '${twice[0]!.opt_name}'`,
    });
  }
}

/** Writes groups, address pairs and DHCP options of ports. */
export async function insertLists(tx: Tx, ports: readonly PortLists[]): Promise<void> {
  const groups = ports.flatMap(({ id, groups = [] }) =>
    [...new Set(groups)].map((security_group_id) => ({ port_id: id, security_group_id })),
  );
  const pairs = ports.flatMap(({ id, pairs = [] }) => pairs.map((pair) => ({ port_id: id, ...pair })));
  const options = ports.flatMap(({ id, options = [] }) =>
    options.flatMap(({ opt_name, opt_value, ip_version }) =>
      opt_value === null
        ? []
        : [{ id: randomUUID(), port_id: id, opt_name, opt_value, ip_version: ip_version ?? 4 }],
    ),
  );
  if (groups.length > 0) await defer(tx, tx.insertInto('securitygroupportbindings').values(groups));
  if (pairs.length > 0) await tx.insertInto('allowedaddresspairs').values(pairs).execute();
  await insertOptions(tx, options);
}

export const replaceGroups = async (tx: Tx, id: string, groups: readonly string[]): Promise<void> => {
  await tx.deleteFrom('securitygroupportbindings').where('port_id', '=', id).execute();
  await insertLists(tx, [{ id, groups }]);
};

export const replacePairs = async (tx: Tx, id: string, pairs: readonly AddressPair[]): Promise<void> => {
  await tx.deleteFrom('allowedaddresspairs').where('port_id', '=', id).execute();
  await insertLists(tx, [{ id, pairs }]);
};

/** Changes DHCP options by name and version: a null value removes one, others stay. */
export async function mergeOptions(tx: Tx, id: string, options: readonly DhcpOption[]): Promise<void> {
  for (const { opt_name, ip_version } of options) {
    await tx
      .deleteFrom('extradhcpopts')
      .where('port_id', '=', id)
      .where('opt_name', '=', opt_name)
      .where('ip_version', '=', ip_version ?? 4)
      .execute();
  }
  await insertLists(tx, [{ id, options }]);
}

/** Who must report before a port may become ACTIVE. */
export type ProvisioningEntity = 'L2' | 'DHCP';

interface Block {
  readonly standard_attr_id: number;
  readonly entity: ProvisioningEntity;
}

/** Blocks ports that have just been made. */
export async function insertBlocks(tx: Tx, blocks: readonly Block[]): Promise<void> {
  if (blocks.length > 0) await defer(tx, tx.insertInto('provisioningblocks').values(blocks));
}

/** Blocks ports, of which some may be blocked already. */
export async function blockPorts(tx: Tx, blocks: readonly Block[]): Promise<void> {
  if (blocks.length === 0) return;
  const known = await tx
    .selectFrom('provisioningblocks')
    .select(['standard_attr_id', 'entity'])
    .where(
      'standard_attr_id',
      'in',
      blocks.map(({ standard_attr_id }) => standard_attr_id),
    )
    .execute();
  const present = new Set(known.map(({ standard_attr_id, entity }) => `${standard_attr_id} ${entity}`));
  const missing = blocks.filter(
    ({ standard_attr_id, entity }) => !present.has(`${standard_attr_id} ${entity}`),
  );
  await insertBlocks(tx, missing);
}

/** Networks of these that a DHCP agent hosts. */
export async function hostedNetworks(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx
    .selectFrom('networkdhcpagentbindings')
    .select('network_id')
    .distinct()
    .where('network_id', 'in', ids)
    .execute();
  return new Set(rows.map(({ network_id }) => network_id));
}

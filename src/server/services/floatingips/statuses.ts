import type { FloatingIpStatus } from '../../../rpc/l3plugin.ts';
import type { ServerContext } from '../../context.ts';
import { bumpRevision } from '../standardAttributes.ts';
import { floatingIpsBy } from './rows.ts';

/**
 * Takes over what the agent of a router says of its floating IPs. Those that have left this router since, and that no
 * other router has, are DOWN.
 */
export async function updateStatuses(
  { db }: ServerContext,
  routerId: string,
  statuses: Readonly<Record<string, FloatingIpStatus>>,
): Promise<void> {
  await db.transaction(async (tx) => {
    const reported = await floatingIpsBy(tx, 'id', Object.keys(statuses));
    const left = (await floatingIpsBy(tx, 'last_known_router_id', [routerId])).filter(
      ({ id, router_id }) => router_id === null && !(id in statuses),
    );
    const wanted = [
      ...reported.map((row) => ({ row, status: statuses[row.id] ?? 'DOWN' })),
      ...left.map((row) => ({ row, status: 'DOWN' })),
    ].filter(({ row, status }) => row.status !== status);
    for (const { row, status } of wanted) {
      await tx.updateTable('floatingips').set({ status }).where('id', '=', row.id).execute();
    }
    await bumpRevision(
      tx,
      wanted.map(({ row }) => row.standard_attr_id),
    );
  });
}

import type { RouterNotifier } from '../../notify/routers.ts';
import type { ResourceHooks } from '../hooks.ts';
import { bumpRevision } from '../standardAttributes.ts';
import { NOWHERE } from './association.ts';
import type { FloatingIpService } from './index.ts';
import { floatingIpsBy } from './rows.ts';

/** A network that goes takes the floating IPs with it that nobody uses; one in use keeps it. */
export const floatingIpNetworkHooks = (floatingIps: FloatingIpService): ResourceHooks => ({
  async deleting(work, network) {
    if (network['router:external'] === true) await floatingIps.deleteUnusedIn(work, network.id as string);
  },
});

/** A port that goes takes none of its floating IPs with it: they lead nowhere then. */
export const floatingIpPortHooks = (notifier: RouterNotifier): ResourceHooks => ({
  async deleting(work, port) {
    const { tx } = work;
    const rows = await floatingIpsBy(tx, 'fixed_port_id', [port.id as string]);
    for (const row of rows) {
      await tx
        .updateTable('floatingips')
        .set({ ...NOWHERE, last_known_router_id: row.router_id })
        .where('id', '=', row.id)
        .execute();
    }
    await bumpRevision(
      tx,
      rows.map((row) => row.standard_attr_id),
    );
    await notifier.updated(
      work,
      rows.flatMap(({ router_id }) => router_id ?? []),
    );
  },
});

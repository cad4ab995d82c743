import { isDeepStrictEqual } from 'node:util';
import {
  FLOATING_IP,
  HA_INTERFACE,
  ROUTER_GATEWAY,
  ROUTER_INTERFACES,
  SNAT_INTERFACE,
} from '../../../net/deviceOwners.ts';
import { fault } from '../../errors/index.ts';
import type { RouterNotifier } from '../../notify/routers.ts';
import type { Queries } from '../../scheduling/agents.ts';
import type { ResourceHooks } from '../hooks.ts';
import type { Item, Tx } from '../service.ts';
import type { Work } from '../work.ts';

async function routersOn(tx: Queries, networkId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('routerports')
    .innerJoin('ports', 'ports.id', 'routerports.port_id')
    .select('routerports.router_id')
    .distinct()
    .where('ports.network_id', '=', networkId)
    .execute();
  return rows.map(({ router_id }) => router_id);
}

/** A network stays external as long as gateways or floating IPs are on it. */
async function checkNoExternalUse(tx: Tx, network: Item): Promise<void> {
  const user = await tx
    .selectFrom('ports')
    .select('id')
    .where('network_id', '=', network.id as string)
    .where('device_owner', 'in', [ROUTER_GATEWAY, FLOATING_IP])
    .limit(1)
    .executeTakeFirst();
  if (user !== undefined) throw fault('ExternalNetworkInUse', { net_id: network.id });
}

/** Owners of a router's inner ports: their IPv4 addresses change through the router alone. */
const addressKeepers: readonly unknown[] = [...ROUTER_INTERFACES, HA_INTERFACE, SNAT_INTERFACE];

function checkAddressKept(before: Item, after: Item): void {
  if (!addressKeepers.includes(before.device_owner) || before.device_id === '') return;
  const ipv4 = ({ fixed_ips }: Item) =>
    (fixed_ips as readonly { readonly ip_address: string }[])
      .map(({ ip_address }) => ip_address)
      .filter((address) => !address.includes(':'))
      .sort();
  if (isDeepStrictEqual(ipv4(before), ipv4(after))) return;
  throw fault('BadRequest', {
    resource: 'ports',
    msg: fault('IPAddressChangeNotAllowed', { port_id: before.id }).message,
  });
}

/** What changes of networks, subnets and ports mean for routers. */
export function routerHooks(notifier: RouterNotifier): {
  readonly network: ResourceHooks;
  readonly subnet: ResourceHooks;
  readonly port: ResourceHooks;
} {
  const tell = async (work: Work, item: Item) =>
    notifier.updated(work, await routersOn(work.tx, item.network_id as string));
  return {
    network: {
      async updating(work, before, after) {
        if (before['router:external'] === true && after['router:external'] === false) {
          await checkNoExternalUse(work.tx, before);
        }
        if (before.mtu !== after.mtu) await tell(work, { network_id: after.id });
      },
    },
    subnet: {
      async creating(work, items) {
        for (const item of items) await tell(work, item);
      },
      updating: (work, _before, after) => tell(work, after),
      deleting: tell,
    },
    port: {
      /** Addresses and state of a router's own ports; an HA port that is wired lets its agent start VRRP. */
      async updating(work, before, after) {
        checkAddressKept(before, after);
        const { tx } = work;
        const host = after['binding:host_id'] as string;
        const wired = before.status !== 'ACTIVE' && after.status === 'ACTIVE';
        if (after.device_owner === HA_INTERFACE && wired && host !== '') {
          await notifier.updatedOnHost(work, after.device_id as string, host);
        }
        const relevant = ({ fixed_ips, admin_state_up, mac_address }: Item) => [
          fixed_ips,
          admin_state_up,
          mac_address,
        ];
        if (isDeepStrictEqual(relevant(before), relevant(after))) return;
        const owner = await tx
          .selectFrom('routerports')
          .select('router_id')
          .where('port_id', '=', after.id as string)
          .executeTakeFirst();
        if (owner) await notifier.updated(work, [owner.router_id]);
      },
    },
  };
}

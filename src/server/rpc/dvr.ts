import { routers as routerOptions } from '../../config/options/index.ts';
import { DHCP_PORT } from '../../net/deviceOwners.ts';
import { generateMac } from '../../net/mac.ts';
import { type DvrMac, dvr, dvrUpdate } from '../../rpc/dvr.ts';
import { endpoint, message } from '../../rpc/interface.ts';
import type { ServerContext } from '../context.ts';
import { adminRequest } from '../services/admin.ts';
import type { Lookup } from '../services/neighbours.ts';
import type { Tx } from '../services/service.ts';
import { transact } from '../services/work.ts';
import { barePort, toldSubnet } from './dicts.ts';

/** Owners of ports that distributed routers serve, beside compute:*. */
const SERVED = ['neutron:LOADBALANCER', 'neutron:LOADBALANCERV2', 'trunk:subport'];

const macs = (tx: Tx): Promise<DvrMac[]> =>
  tx.selectFrom('dvr_host_macs').selectAll().orderBy('host').execute();

/**
 * What L2 agents of distributed routers ask: every host has a MAC from which such routers send. None of ours is one; an
 * Open vSwitch agent asks at its start whether it finds distributed routers or not.
 */
export function dvrEndpoint(server: ServerContext, { subnets, ports }: Record<'subnets' | 'ports', Lookup>) {
  const { db, outbox, config } = server;
  const { dvr_base_mac, host_dvr_for_dhcp } = config.group(routerOptions);
  const isServed = (owner: string) =>
    owner.startsWith('compute:') || SERVED.includes(owner) || (host_dvr_for_dhcp && owner === DHCP_PORT);
  const onSubnet = (tx: Tx, subnet_id: string, ip_address?: string) =>
    ports.listIn(tx, {
      fixed_ips: [{ subnet_id: [subnet_id], ...(ip_address ? { ip_address: [ip_address] } : {}) }],
    });

  return endpoint(dvr, {
    get_dvr_mac_address_list: () => db.transaction(macs),

    get_dvr_mac_address_by_host: (rpc, { host }) =>
      transact(server, adminRequest(rpc), async ({ tx }) => {
        if (!host) return null;
        const known = (await macs(tx)).find((one) => one.host === host);
        if (known) return known;
        const made = { host, mac_address: generateMac(dvr_base_mac) };
        await tx.insertInto('dvr_host_macs').values(made).execute();
        const dvr_macs = await macs(tx);
        const news = message(dvrUpdate, 'dvr_mac_address_update', { dvr_macs }, { fanout: true });
        await outbox.add(tx, { ...news, context: rpc });
        return made;
      }),

    get_ports_on_host_by_subnet: (_rpc, { host, subnet }) =>
      db.transaction(async (tx) => {
        const found = await onSubnet(tx, subnet);
        return found
          .filter((port) => port['binding:host_id'] === host && isServed(port.device_owner as string))
          .map((port) => barePort(port));
      }),

    get_subnet_for_dvr: (_rpc, { subnet, fixed_ips }) =>
      db.transaction(async (tx) => {
        const [fixed] = fixed_ips ?? [];
        const found = await subnets.getIn(tx, fixed?.subnet_id ?? subnet);
        if (found === undefined) return {};
        const address = fixed?.ip_address ?? (found.gateway_ip as string | null);
        if (address === null) return {};
        const [gateway] = await onSubnet(tx, subnet, address);
        if (gateway === undefined) return {};
        return { ...toldSubnet(found), gateway_mac: gateway.mac_address as string };
      }),
  });
}

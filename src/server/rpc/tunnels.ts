import { ml2 } from '../../config/options/index.ts';
import type { RpcContext } from '../../messaging/transport.ts';
import { parseAddress } from '../../net/address.ts';
import { message } from '../../rpc/interface.ts';
import { tunnelDelete, tunnelUpdate } from '../../rpc/tunnels.ts';
import type { ServerContext } from '../context.ts';
import { fault } from '../errors/index.ts';
import { adminRequest } from '../services/admin.ts';
import { transact } from '../services/work.ts';

const VXLAN_PORT = 4789;

export interface TunnelArgs {
  readonly tunnel_ip: string;
  readonly tunnel_type: string;
  readonly host?: string | null;
}

export type TunnelEndpoint = { ip_address: string; udp_port: number; host: string | null };

const invalid = (error_message: string) => fault('InvalidInput', { error_message });

/** Says what is wrong with what an agent tells of its end of tunnels. Throws InvalidInput. */
function check(
  { tunnel_ip, tunnel_type, host }: TunnelArgs,
  overlay: number,
  types: readonly string[],
): void {
  if (!tunnel_ip) throw invalid('Tunnel IP value needed by the ML2 plugin');
  if (parseAddress(tunnel_ip)?.version !== overlay)
    throw invalid(
      `Tunnel IP version does not match ML2 overlay_ip_version: ${overlay}, host: ${host}, tunnel_ip: ${tunnel_ip}`,
    );
  if (!tunnel_type) throw invalid('Network type value needed by the ML2 plugin');
  if (!types.includes(tunnel_type))
    throw invalid(
      `Network type value ${tunnel_type} not supported, host: ${host || 'legacy mode (no host provided by agent)'} with tunnel IP: ${tunnel_ip}`,
    );
}

/**
 * Notes where a host's tunnels end, tells other agents, and answers with all ends. An address belongs to one host, and a
 * host has one address; agents hear of the one that it had.
 */
export async function syncTunnel(
  server: ServerContext,
  rpc: RpcContext,
  args: TunnelArgs,
): Promise<{ tunnels: TunnelEndpoint[] }> {
  const { overlay_ip_version, type_drivers } = server.config.group(ml2);
  check(
    args,
    overlay_ip_version,
    type_drivers.filter((type) => type === 'vxlan'),
  );
  const { tunnel_ip, tunnel_type } = args;
  const host = args.host || null;
  return transact(server, adminRequest(rpc), async ({ tx }) => {
    const [ofHost] = host
      ? await tx.selectFrom('ml2_vxlan_endpoints').selectAll().where('host', '=', host).execute()
      : [];
    const [ofAddress] = await tx
      .selectFrom('ml2_vxlan_endpoints')
      .selectAll()
      .where('ip_address', '=', tunnel_ip)
      .execute();
    const taken = host !== null && ofAddress !== undefined && ofAddress.host !== host;
    const moved = ofHost !== undefined && ofHost.ip_address !== tunnel_ip;
    if (moved && !taken) {
      const gone = { tunnel_ip: ofHost.ip_address, tunnel_type };
      const news = message(tunnelDelete, 'tunnel_delete', gone, { fanout: true });
      await server.outbox.add(tx, { ...news, context: rpc });
    }
    const stale = [...(moved ? [ofHost.ip_address] : []), ...(taken ? [tunnel_ip] : [])];
    if (stale.length > 0)
      await tx.deleteFrom('ml2_vxlan_endpoints').where('ip_address', 'in', stale).execute();
    if (taken || ofAddress === undefined)
      await tx
        .insertInto('ml2_vxlan_endpoints')
        .values({ ip_address: tunnel_ip, udp_port: VXLAN_PORT, host })
        .execute();
    const news = message(tunnelUpdate, 'tunnel_update', { tunnel_ip, tunnel_type }, { fanout: true });
    await server.outbox.add(tx, { ...news, context: rpc });
    const tunnels = await tx.selectFrom('ml2_vxlan_endpoints').selectAll().orderBy('ip_address').execute();
    return {
      tunnels: tunnels.map(({ ip_address, udp_port, host: at }) => ({ ip_address, udp_port, host: at })),
    };
  });
}

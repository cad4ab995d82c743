import { run } from './process.ts';

export interface LeaseToRelease {
  readonly address: string;
  /** The MAC (IPv4), or the IAID (IPv6). */
  readonly hardware: string;
  readonly clientId: string | undefined;
}

/**
 * Tells the dnsmasq of a namespace that a client gives its lease back. The message is UDP: whether it was heeded
 * shows in dnsmasq's lease file. An IPv6 lease needs the client's and the server's DUID.
 */
export async function releaseLease(
  at: { readonly netns: string; readonly device: string },
  lease: LeaseToRelease,
  serverId: string | undefined,
): Promise<void> {
  const { address, hardware, clientId } = lease;
  if (!address.includes(':')) {
    const id = clientId === undefined ? [] : [clientId];
    await run(['dhcp_release', at.device, address, hardware, ...id], { netns: at.netns });
  } else if (clientId !== undefined && serverId !== undefined) {
    const ids = ['--client-id', clientId, '--server-id', serverId, '--iaid', hardware];
    await run(['dhcp_release6', '--iface', at.device, '--ip', address, ...ids], { netns: at.netns });
  }
}

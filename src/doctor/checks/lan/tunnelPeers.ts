import { listFdb } from '../../../linux/fdb.ts';
import { cloudOf } from '../../cloud.ts';
import type { DoctorContext } from '../../context.ts';
import { hostNetworkOf, isOwn } from './hostNetwork.ts';

/** Another host, by the IPv4 address to which it is sent the packets of tunnels. */
export interface Peer {
  /** The host's name; the address where it is not known. */
  readonly name: string;
  readonly address: string;
}

/** More than that would be a burst of its own. */
const LIMIT = 64;

/** The other hosts: those whose agents have reported an address, and those that the kernel sends to. */
export async function tunnelPeers(context: DoctorContext): Promise<readonly Peer[]> {
  const [network, { facts }, entries] = await Promise.all([
    hostNetworkOf(context),
    cloudOf(context),
    listFdb(),
  ]);
  const installed = entries.flatMap(({ destination }) => (destination ? [destination] : []));
  const reported = (facts?.agents ?? []).flatMap(({ host, tunneling_ip }) =>
    tunneling_ip && host !== context.host ? [[tunneling_ip, host] as const] : [],
  );
  return [...new Map([...installed.map((address) => [address, address] as const), ...reported])]
    .filter(([address]) => !address.includes(':') && !isOwn(network, address))
    .map(([address, name]) => ({ name, address }))
    .slice(0, LIMIT);
}

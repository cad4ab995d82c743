import { arp } from '../../../linux/probes/index.ts';
import { type HostNetwork, onLink } from './hostNetwork.ts';

/**
 * The MACs that answer for an address on a device's LAN: asked without an address of ours, which disturbs nobody; and
 * with one before it is said that nobody does, as some machines do not answer to nobody.
 */
export async function whoHas(
  address: string,
  device: string,
  network: HostNetwork,
): Promise<readonly string[]> {
  const answers = await arp(address, { device, milliseconds: 400 });
  if (answers.length > 0) return answers;
  const own = onLink(network, address);
  return own === undefined ? [] : arp(address, { ...own, milliseconds: 400 });
}

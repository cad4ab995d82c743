import { ip } from '../../../linux/batch.ts';
import { listLinks } from '../../../linux/links.ts';
import { deleteNamespace, ensureNamespace } from '../../../linux/netns.ts';
import { NamespaceMissing } from '../../../linux/setns.ts';
import { plug, setAddresses, unplug } from '../../../linux/vethPort.ts';
import { dhcpDeviceName, probeNamespace, tapName } from '../../../net/names.ts';
import type { ProbePort } from '../../../rpc/probes.ts';

/** The kernel objects of a probe port: a namespace and a veth pair, with the names that neutron-debug gives them. */

/** The device inside the namespace. */
export const deviceOf = dhcpDeviceName;

/** Stands on the namespace's `lo` before anything else is made, so that what is half done is known for ours as well. */
const MARK = 'neutron-ts probe until ';

export async function make({ id, mac_address, mtu, addresses, gateway, minutes }: ProbePort): Promise<void> {
  const netns = probeNamespace(id);
  const device = deviceOf(id);
  await ensureNamespace(netns);
  const until = new Date(Date.now() + minutes * 60_000).toISOString();
  await ip([`link set lo alias "${MARK}${until}"`], { netns });
  await plug({ device, tap: tapName(id), mac: mac_address, mtu, netns });
  await setAddresses(device, addresses, netns);
  if (gateway !== null) await ip([`route replace default via ${gateway} dev ${device}`], { netns });
}

/** Deletes the pair first: the kernel takes its time with what is in a deleted namespace. */
export async function remove(id: string): Promise<void> {
  const netns = probeNamespace(id);
  try {
    await unplug(deviceOf(id), netns);
  } catch (error) {
    if (!(error instanceof NamespaceMissing)) throw error;
  }
  deleteNamespace(netns);
}

/** Whose a probe's namespace is. 'empty': it has no device, so that nobody can use it. `until`: milliseconds. */
export async function inspect(id: string): Promise<{ state: 'ours' | 'foreign' | 'empty'; until: number }> {
  try {
    const links = await listLinks(probeNamespace(id));
    const alias = links.get('lo')?.alias ?? '';
    if (alias.startsWith(MARK)) return { state: 'ours', until: Date.parse(alias.slice(MARK.length)) };
    return { state: links.size > 1 ? 'foreign' : 'empty', until: 0 };
  } catch (error) {
    if (error instanceof NamespaceMissing) return { state: 'empty', until: 0 };
    throw error;
  }
}

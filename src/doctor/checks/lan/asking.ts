import { listNeighbours } from '../../../linux/fdb.ts';
import { arp, echo } from '../../../linux/probes/index.ts';

/**
 * The MACs that answer for an address on a device's LAN: asked without an address of ours, which disturbs nobody; and by
 * the kernel itself before it is said that nobody does, as some machines do not answer to nobody.
 */
export async function whoHas(address: string, device: string): Promise<readonly string[]> {
  const answers = await arp(address, { device, milliseconds: 400 });
  if (answers.length > 0) return answers;
  await echo(address, { milliseconds: 500 });
  return (await listNeighbours()).flatMap((one) => (one.address === address && one.mac ? [one.mac] : []));
}

import type { Link } from '../../../linux/links.ts';
import { formatAddress, parseAddress } from '../../../net/address.ts';
import { parseCidr } from '../../../net/cidr.ts';
import type { VxlanSettings } from '../settings.ts';

/** The kernel's port for vxlan, which Neutron leaves as it is. */
const KERNEL_PORT = 8472;

/** The command that makes a network's vxlan device over `under`. */
export function vxlanLine(device: string, vni: number, under: string, settings: VxlanSettings): string {
  const group = settings.l2population ? undefined : multicastGroup(vni, settings);
  const [low, high] = settings.sourcePorts;
  return [
    `link add ${device} type vxlan id ${vni} local ${settings.localIp} dev ${under}`,
    ...(group === undefined ? [] : [`group ${group}`]),
    ...(settings.ttl === null ? [] : [`ttl ${settings.ttl}`]),
    ...(settings.tos === null ? [] : [`tos ${tosWord(settings.tos)}`]),
    ...(low > 0 && high > 0 ? [`srcport ${low} ${high}`] : []),
    `dstport ${settings.port ?? KERNEL_PORT}`,
    ...(settings.arpResponder ? ['proxy'] : []),
  ].join(' ');
}

/** iproute2 reads this number alone as a hexadecimal one. */
const tosWord = (tos: number | 'inherit') => (tos === 'inherit' ? tos : `0x${tos.toString(16)}`);

/** Whether an existing device is the one that `vxlanLine` would make; only what cannot be changed later counts. */
export function isWanted(link: Link, vni: number, settings: VxlanSettings): boolean {
  const { vxlan } = link;
  return (
    vxlan !== undefined &&
    vxlan.vni === vni &&
    vxlan.local === settings.localIp &&
    vxlan.port === (settings.port ?? KERNEL_PORT) &&
    vxlan.proxy === settings.arpResponder &&
    (vxlan.group === undefined) === (settings.l2population || multicastGroup(vni, settings) === undefined)
  );
}

/**
 * The multicast group of a VNI: that of the first of multicast_ranges (GROUP:FIRST:LAST) that holds it, else the
 * vxlan_group, whose host bits, when it is a CIDR, count up with the VNI. Undefined when groups are off.
 */
export function multicastGroup(vni: number, settings: VxlanSettings): string | undefined {
  for (const range of settings.multicastRanges) {
    const found = /^(.+):(\d+):(\d+)$/.exec(range);
    if (found && vni >= Number(found[2]) && vni <= Number(found[3])) return found[1];
  }
  if (settings.group === '') return undefined;
  const cidr = parseCidr(settings.group);
  if (!settings.group.includes('/') || !cidr)
    return parseAddress(settings.group) ? settings.group : undefined;
  const hosts = cidr.last - cidr.first + 1n;
  return formatAddress({ version: cidr.version, value: cidr.first + (BigInt(vni) % hosts) });
}

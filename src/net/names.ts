import { createHash } from 'node:crypto';

/**
 * Names of kernel objects, as Neutron's agents give them. A device name keeps a 3-character prefix and the first
 * 11 characters of a UUID, 14 in all (the kernel allows 15).
 */

const device = (prefix: string, id: string) => prefix + id.slice(0, 11);

export const tapName = (portId: string) => device('tap', portId);
export const bridgeName = (networkId: string) => device('brq', networkId);
export const dhcpDeviceName = (portId: string) => device('ns-', portId);
export const routerDeviceName = (portId: string) => device('qr-', portId);
export const gatewayDeviceName = (portId: string) => device('qg-', portId);
export const haDeviceName = (portId: string) => device('ha-', portId);
export const vxlanDeviceName = (vni: number) => `vxlan-${vni}`;

export const dhcpNamespace = (networkId: string) => `qdhcp-${networkId}`;
export const routerNamespace = (routerId: string) => `qrouter-${routerId}`;

/** The namespace of a port that only tries things, as neutron-debug names it. */
export const probeNamespace = (portId: string) => `qprobe-${portId}`;
/** The port of such a namespace; undefined for any other one. */
export const probePortOf = (netns: string) => /^qprobe-([0-9a-f-]{36})$/.exec(netns)?.[1];

const LONGEST_DEVICE_NAME = 15;

/** 'eno1.100'; a long parent keeps its first 4 characters and 6 digits of its SHA-1. */
export function vlanDeviceName(parent: string, vlan: number): string {
  const plain = `${parent}.${vlan}`;
  if (plain.length <= LONGEST_DEVICE_NAME) return plain;
  return `${parent.slice(0, 4)}${createHash('sha1').update(parent).digest('hex').slice(0, 6)}.${vlan}`;
}

/** The chain that holds the security groups of a port, for what comes to it (i) or leaves it (o). */
export const portFilterChain = (kind: 'i' | 'o', portId: string) =>
  `neutron-linuxbri-${`${kind}${portId}`.slice(0, 11)}`;

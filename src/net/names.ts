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

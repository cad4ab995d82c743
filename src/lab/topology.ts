/** A lab as data: LANs, hosts on them, and what each host runs. Addresses are CIDRs of the host itself. */
export interface Topology {
  readonly name: string;
  readonly lans: readonly string[];
  readonly hosts: readonly LabHost[];
}

export interface LabHost {
  readonly name: string;
  readonly nics: readonly Nic[];
  /** Extra addresses on lo, e.g. 'the Internet'. */
  readonly loopback?: readonly string[];
  /** Default gateway. */
  readonly gateway?: string;
  /** Forward IPv4 between its NICs. */
  readonly forwards?: boolean;
  readonly roles: readonly Role[];
}

export interface Nic {
  readonly name: string;
  readonly lan: string;
  readonly address?: string;
}

/** What a host does: control (server, database, broker, identity), network (L3, DHCP, metadata), compute (guests). */
export type Role = 'control' | 'network' | 'compute' | 'outside';

/** The address (without prefix) of a host's first NIC. */
export function hostAddress(host: LabHost): string {
  const address = host.nics[0]?.address;
  if (!address) throw new Error(`host ${host.name} has no address on its first NIC`);
  return address.split('/')[0]!;
}

/** The first host of a role. */
export function hostWith(topology: Topology, role: Role): LabHost {
  const host = topology.hosts.find((candidate) => candidate.roles.includes(role));
  if (!host) throw new Error(`topology ${topology.name} has no ${role} host`);
  return host;
}

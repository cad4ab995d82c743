import { fault } from '../../errors/index.ts';
import { visibleGroups } from '../securitygroups/rows.ts';
import type { Item, RequestContext, Tx } from '../service.ts';

export interface AddressPair {
  readonly mac_address: string;
  readonly ip_address: string;
}

/** Ports of Neutron's own services; nothing filters them. */
const isTrusted = (owner: string): boolean => owner.startsWith('network:');

const isList = (value: unknown): value is unknown[] => Array.isArray(value) && value.length > 0;

/** Pairs as they were written, which clients compare with; a pair without MAC gets the port's. */
export function addressPairs(given: unknown, mac: string): AddressPair[] {
  const seen = new Set<string>();
  return ((given ?? []) as Partial<AddressPair>[]).map((pair) => {
    if (pair.ip_address === undefined) throw fault('AllowedAddressPairsMissingIP');
    const { ip_address } = pair;
    const mac_address = pair.mac_address || mac;
    const key = `${mac_address} ${ip_address}`.toLowerCase();
    if (seen.has(key)) throw fault('DuplicateAddressPairInRequest', { mac_address, ip_address });
    seen.add(key);
    return { mac_address, ip_address };
  });
}

/** Whether a new port's addresses and groups are enforced; throws when the request wants both ways. */
export function newPortSecurity(item: Item, ofNetwork: boolean): boolean {
  if (isTrusted(item.device_owner as string)) return false;
  const enabled = (item.port_security_enabled ?? ofNetwork) as boolean;
  if (enabled) return true;
  if (isList(item.allowed_address_pairs)) throw fault('AddressPairAndPortSecurityRequired');
  if (isList(item.security_groups)) throw fault('PortSecurityAndIPRequiredForSecurityGroups');
  return false;
}

/** Throws when a port that is to be without port security keeps or gets what needs it. */
export function checkPortSecurity(before: Item, changes: Item): void {
  const enabled = changes.port_security_enabled ?? before.port_security_enabled;
  if (enabled) return;
  const pairs = changes.allowed_address_pairs ?? before.allowed_address_pairs;
  if (isList(pairs)) throw fault('AddressPairAndPortSecurityRequired');
  if (isList(changes.security_groups)) throw fault('PortSecurityAndIPRequiredForSecurityGroups');
  if (!('security_groups' in changes) && isList(before.security_groups)) {
    throw fault('PortSecurityPortHasSecurityGroup');
  }
}

/**
 * Checks the groups of ports, each a list of ids.
 *
 * @throws SecurityGroupNotFound for one that does not exist for the project; SecurityGroupConflict when a port would
 * have both stateful and stateless groups, as a connection is either tracked or not
 */
export async function checkGroups(
  tx: Tx,
  context: RequestContext,
  ports: readonly (readonly string[])[],
): Promise<void> {
  const ids = [...new Set(ports.flat())];
  if (ids.length === 0) return;
  const found = await tx
    .selectFrom('securitygroups')
    .select(['id', 'stateful'])
    .where('id', 'in', ids)
    .where(visibleGroups(context))
    .execute();
  const stateful = new Map(found.map((group) => [group.id, group.stateful]));
  const missing = ids.find((id) => !stateful.has(id));
  if (missing !== undefined) throw fault('SecurityGroupNotFound', { id: missing });
  if (ports.some((groups) => new Set(groups.map((id) => stateful.get(id))).size > 1)) {
    const reason =
      'Cannot apply both stateful and stateless security groups on the same port at the same time';
    throw fault('SecurityGroupConflict', { reason });
  }
}

import { canonicalMac, generateMac } from '../../../net/mac.ts';
import { isUnbound } from '../../../net/vifTypes.ts';
import { fault } from '../../errors/index.ts';
import type { Item } from '../service.ts';
import type { Port } from './rows.ts';

/** Ports that are a whole network card: their MAC is the card's, not the other way round. */
const PHYSICAL = 'direct-physical';

/** The MAC that a port has once a binding with this profile is its active one; undefined when it keeps its own. */
export function macOfBinding(vnicType: string, profile: Item, baseMac: string): string | undefined {
  if (vnicType !== PHYSICAL) return undefined;
  const { device_mac_address: own } = profile;
  return typeof own === 'string' && own !== '' ? canonicalMac(own) : generateMac(baseMac);
}

/** Whether a request takes a network card away from its port, which frees the card's MAC. */
const freesCard = (port: Port, { device_id, device_owner }: Item): boolean =>
  port['binding:vnic_type'] === PHYSICAL &&
  device_id === '' &&
  device_owner === '' &&
  port.device_id !== device_id;

/**
 * The MAC that a port has after a change; null asks for a new one.
 * @throws PortBound (409) when it differs and the port is bound
 */
export function macOfUpdate(port: Port, changes: Item, baseMac: string): string {
  const { mac_address: given } = changes;
  const wanted =
    given === undefined
      ? port.mac_address
      : given === null
        ? generateMac(baseMac)
        : canonicalMac(given as string);
  if (wanted !== port.mac_address && !isUnbound(port['binding:vif_type'])) {
    throw fault('PortBound', {
      port_id: port.id,
      vif_type: port['binding:vif_type'],
      old_mac: port.mac_address,
      new_mac: wanted,
    });
  }
  return freesCard(port, changes) ? generateMac(baseMac) : wanted;
}

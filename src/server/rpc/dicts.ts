import type { PortDict, SubnetDict } from '../../rpc/dicts.ts';
import type { Item } from '../services/service.ts';

const BASE = [
  'id',
  'name',
  'network_id',
  'tenant_id',
  'mac_address',
  'admin_state_up',
  'status',
  'device_id',
  'device_owner',
  'standard_attr_id',
  'project_id',
] as const;

/** A port without what extensions add, and with what else is named. */
export const barePort = (port: Item, ...more: readonly string[]) =>
  Object.fromEntries([...BASE, ...more].map((name) => [name, port[name]])) as Partial<PortDict>;

/** A subnet as Neutron tells of one that is on no segment: without a word of segments. */
export function toldSubnet({ segment_id, ...subnet }: Item): SubnetDict {
  return { ...subnet, ...(segment_id === null ? {} : { segment_id }) } as unknown as SubnetDict;
}

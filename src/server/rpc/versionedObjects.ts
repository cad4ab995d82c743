import type { VersionedObject } from '../../rpc/resources.ts';
import type { QosPolicy, QosRule } from '../services/qos/rows.ts';
import type { Item } from '../services/service.ts';

const object = (name: string, version: string, data: Item): VersionedObject => ({
  'versioned_object.name': name,
  'versioned_object.namespace': 'versionedobjects',
  'versioned_object.version': version,
  'versioned_object.data': data,
});

/** An address group as an oslo.versionedobject; one that is gone is known by its id alone. */
export function addressGroupObject(item: Item): VersionedObject {
  const { id, addresses, tenant_id, ...fields } = item;
  if (addresses === undefined) {
    const gone = object('AddressGroup', '1.2', { id, shared: false });
    return { ...gone, 'versioned_object.changes': ['id', 'shared'] };
  }
  const associations = (addresses as string[]).map((address) =>
    object('AddressAssociation', '1.0', { address, address_group_id: id }),
  );
  return object('AddressGroup', '1.2', { id, ...fields, addresses: associations });
}

/** `bandwidth_limit` → `QosBandwidthLimitRule`. */
const ruleClass = (type: string): string =>
  `Qos${type
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Rule`;

const qosRuleObject = ({ type, ...data }: QosRule): VersionedObject => object(ruleClass(type), '1.5', data);

/** A QoS policy with its rules as an oslo.versionedobject. */
export const qosPolicyObject = ({ tenant_id: _project, tags: _tags, rules, ...fields }: QosPolicy) =>
  object('QosPolicy', '1.10', { ...fields, rules: rules.map(qosRuleObject) });

/** A QoS policy that is gone: known by its id alone. */
export const goneQosPolicy = (id: string): VersionedObject => ({
  ...object('QosPolicy', '1.10', { id, shared: false, is_default: false }),
  'versioned_object.changes': ['id', 'shared', 'is_default'],
});

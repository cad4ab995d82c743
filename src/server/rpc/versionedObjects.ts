import type { VersionedObject } from '../../rpc/resources.ts';
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

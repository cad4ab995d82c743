import { message } from '../../rpc/interface.ts';
import { resourcesPush } from '../../rpc/resources.ts';
import { addressGroupObject } from '../rpc/versionedObjects.ts';
import type { Item } from '../services/service.ts';
import type { OutboxMessage } from './outbox.ts';

/** Tells agents an address group as it is now, also when it is new; one that is gone has nothing but its id. */
export function addressGroupPush(context: OutboxMessage['context'], item: Item): OutboxMessage {
  const object = addressGroupObject(item);
  const definition = resourcesPush('AddressGroup', object['versioned_object.version']);
  const event_type = 'addresses' in item ? 'updated' : 'deleted';
  const push = message(definition, 'push', { resource_list: [object], event_type }, { fanout: true });
  return { ...push, context };
}

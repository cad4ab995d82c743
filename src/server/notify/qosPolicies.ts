import { message } from '../../rpc/interface.ts';
import { resourcesPush, type VersionedObject } from '../../rpc/resources.ts';
import { goneQosPolicy, qosPolicyObject } from '../rpc/versionedObjects.ts';
import type { QosPolicy } from '../services/qos/rows.ts';
import type { OutboxMessage } from './outbox.ts';

type Context = OutboxMessage['context'];

function push(context: Context, object: VersionedObject, event_type: 'updated' | 'deleted'): OutboxMessage {
  const definition = resourcesPush('QosPolicy', object['versioned_object.version']);
  const args = { resource_list: [object], event_type };
  return { ...message(definition, 'push', args, { fanout: true }), context };
}

/** Tells agents a QoS policy with its rules as it is now. As in Neutron a new one, which has no rules yet, is not told. */
export const qosPolicyPush = (context: Context, policy: QosPolicy): OutboxMessage =>
  push(context, qosPolicyObject(policy), 'updated');

export const qosPolicyGone = (context: Context, id: string): OutboxMessage =>
  push(context, goneQosPolicy(id), 'deleted');

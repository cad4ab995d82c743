import type { VersionedObject } from '../../../rpc/resources.ts';

/** A QoS policy as the server pushes it, for tests: its rules by class and parameters. */
export const policyFor = (
  id: string,
  rules: readonly (readonly [name: string, parameters: Record<string, unknown>])[],
): VersionedObject => {
  const object = (name: string, version: string, data: Record<string, unknown>): VersionedObject => ({
    'versioned_object.name': name,
    'versioned_object.namespace': 'versionedobjects',
    'versioned_object.version': version,
    'versioned_object.data': data,
  });
  return object('QosPolicy', '1.10', {
    id,
    name: 'q',
    rules: rules.map(([name, parameters], at) =>
      object(name, '1.5', { id: `${id}${at}`, qos_policy_id: id, ...parameters }),
    ),
  });
};

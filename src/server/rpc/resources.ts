import { endpoint } from '../../rpc/interface.ts';
import { resourcesPull, type VersionedObject } from '../../rpc/resources.ts';
import type { ServerContext } from '../context.ts';
import { addressGroupQuery, addressGroupShape, loadAddressGroups } from '../services/addressGroups/rows.ts';
import { listRows } from '../services/listing.ts';
import { loadPolicies, policyQuery, policyShape } from '../services/qos/rows.ts';
import { addressGroupObject, qosPolicyObject } from './versionedObjects.ts';

type Filters = Readonly<Record<string, unknown>>;

/** Types of extensions that are not served: there are none, which is an answer; else agents would ask again and again. */
const NONE = [
  'Trunk',
  'SubPort',
  'Log',
  'PortForwarding',
  'ConntrackHelper',
  'LocalIPAssociation',
  'NDPProxy',
];

/** Types that only the caches of Open vSwitch agents ask for. */
const CACHED = ['Port', 'Subnet', 'Network', 'SecurityGroup', 'SecurityGroupRule', 'Agent'];
const isKnown = (type: string) => [...NONE, ...CACHED, 'AddressGroup', 'QosPolicy'].includes(type);

/** What Neutron answers where nobody provides objects of a type. */
const callbackNotFound = (type: string) =>
  refusal('CallbackNotFound', 'neutron.api.rpc.callbacks.exceptions', `Callback for ${type} not found`);

const refusal = (name: string, module: string, message: string) =>
  Object.assign(new Error(message), { name, module, status: 404 });

/**
 * Versioned objects for agents that ask for them: address groups and QoS policies. Types that only caches of Open vSwitch agents ask for
 * (ports, networks, …) are refused by name rather than answered with nothing.
 */
export function resourcesEndpoint({ db }: Pick<ServerContext, 'db'>) {
  async function find(type: string, filters: Filters): Promise<VersionedObject[]> {
    const wanted = Object.entries(filters).map(([name, value]) => [name, [value].flat()] as const);
    const query = { filters: Object.fromEntries(wanted), sorts: [] };
    if (type === 'QosPolicy') {
      const rows = await listRows(policyQuery(db.kysely), policyShape({ projectId: '' }), query);
      return (await loadPolicies(db.kysely, rows, '')).map(qosPolicyObject);
    }
    if (type !== 'AddressGroup') throw callbackNotFound(type);
    const rows = await listRows(addressGroupQuery(db.kysely), addressGroupShape, query);
    return (await loadAddressGroups(db.kysely, rows, '')).map(addressGroupObject);
  }
  return endpoint(resourcesPull, {
    pull: async (_, { resource_type, resource_id }) => {
      if (!isKnown(resource_type))
        throw refusal(
          'Invalid',
          'neutron_lib.callbacks.exceptions',
          `The value '${resource_type}' for resource is not valid.`,
        );
      return (await find(resource_type, { id: resource_id }))[0] ?? null;
    },
    bulk_pull: async (_, { resource_type, filter_kwargs }) => {
      if (!isKnown(resource_type))
        throw refusal(
          'InvalidResourceTypeClass',
          'neutron.api.rpc.handlers.resources_rpc',
          `Invalid resource type ${resource_type}`,
        );
      return NONE.includes(resource_type) ? [] : find(resource_type, filter_kwargs ?? {});
    },
  });
}

import { defineResource } from './definition.ts';
import { port } from './port.ts';
import { projectId } from './standardAttributes.ts';

/** How a port is bound to one host; during a live migration a port has two. */
export const portBinding = defineResource({
  name: 'binding',
  collection: 'bindings',
  path: 'bindings',
  below: 'port',
  alias: 'binding-extended',
  key: 'host',
  actions: ['activate'],
  attributes: {
    host: { post: true, put: true, filter: true },
    vif_type: { optional: true, filter: true, enforcePolicy: true },
    vif_details: { holds: 'object', optional: true, enforcePolicy: true },
    vnic_type: {
      post: true,
      put: true,
      default: 'normal',
      validate: port.attributes['binding:vnic_type'].validate,
      filter: true,
      enforcePolicy: true,
    },
    profile: { post: true, put: true, optional: true, validate: { dict_or_none: null }, enforcePolicy: true },
    status: { filter: true },
    project_id: { post: true, validate: projectId.validate, requiredByPolicy: true },
  },
  order: ['host', 'vif_type', 'vnic_type', 'status', 'profile', 'vif_details'],
});

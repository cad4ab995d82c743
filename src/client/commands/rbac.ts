import { option, positional } from '../argparse/argument.ts';
import { lowercase } from '../argparse/types.ts';
import type { Commands } from '../command.ts';
import { list } from '../kinds/list.ts';
import { create, remove, show, update } from '../kinds/one.ts';
import { network, qosPolicy, rbacPolicy } from '../resources.ts';

/** What may be shared, by the name of its type on the command line. */
const objects = { network, 'qos-policy': qosPolicy } as const;

export const commands: Commands = {
  'rbac-list': list({
    resource: rbacPolicy,
    about: 'List RBAC policies that belong to a given tenant.',
    columns: ['id', 'object_type', 'object_id'],
  }),
  'rbac-show': show({ resource: rbacPolicy, about: 'Show an RBAC policy.', names: false }),
  'rbac-create': create({
    resource: rbacPolicy,
    about: 'Create a RBAC policy for a given tenant.',
    arguments: [
      positional('name', 'RBAC_OBJECT', { help: 'ID or name of what is shared.' }),
      option('--type', {
        choices: Object.keys(objects),
        required: true,
        type: lowercase,
        help: 'Kind of what is shared.',
      }),
      option('--target-tenant', { default: '*', help: 'ID of the project it is shared with, * for all.' }),
      option('--action', {
        choices: ['access_as_external', 'access_as_shared'],
        required: true,
        type: lowercase,
        help: 'What that project may do with it.',
      }),
    ],
    body: async ({ args, api }) => {
      const resource = objects[args.text('type') as keyof typeof objects];
      return {
        object_id: await api.findId(resource, args.text('name') ?? ''),
        object_type: resource === qosPolicy ? 'qos_policy' : resource.name,
        ...args.pick('target_tenant', 'action'),
      };
    },
  }),
  'rbac-update': update({
    resource: rbacPolicy,
    about: 'Change whom something is shared with.',
    names: false,
    arguments: [option('--target-tenant', { help: 'ID of the project it is shared with.' })],
    body: ({ args }) => ({ target_tenant: args.get('target_tenant') ?? null }),
  }),
  'rbac-delete': remove({ resource: rbacPolicy, about: 'Delete RBAC policies.', names: false }),
};

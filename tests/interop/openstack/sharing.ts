import { done, includes, keep, listed, type OpenstackStep, refused, shown } from './step.ts';

/** Policies that share with the project demo. */
export const sharing: readonly OpenstackStep[] = [
  shown('network create shn1', { name: 'shn1' }),
  keep(
    'policy',
    shown('network rbac create --type network --action access_as_shared --target-project demo shn1', {
      object_type: 'network',
      action: 'access_as_shared',
    }),
  ),
  includes('network rbac list --type network --long', 'Action', ['access_as_shared']),
  shown('network rbac show {policy}', { object_type: 'network' }),
  refused(
    'network rbac create --type network --action access_as_shared --target-project demo shn1',
    /already exists/,
  ),
  done('network rbac set --target-project admin {policy}'),
  done('network rbac delete {policy}'),
  keep(
    'external',
    shown('network rbac create --type network --action access_as_external --target-all-projects shn1', {
      target_project_id: '*',
    }),
  ),
  includes('network list --external', 'Name', ['shn1']),
  done('network rbac delete {external}'),
  done('network delete shn1'),
  shown('security group create shg1', { name: 'shg1' }),
  keep(
    'group',
    shown('network rbac create --type security_group --action access_as_shared --target-project demo shg1', {
      object_type: 'security_group',
    }),
  ),
  done('network rbac delete {group}'),
  done('security group delete shg1'),
  shown('address group create --address 10.0.0.0/24 sha1', { name: 'sha1' }),
  keep(
    'addresses',
    shown('network rbac create --type address_group --action access_as_shared --target-project demo sha1', {
      object_type: 'address_group',
    }),
  ),
  done('network rbac delete {addresses}'),
  done('address group delete sha1'),
  shown('address scope create shs1', { shared: false }),
  keep(
    'scope',
    shown('network rbac create --type address_scope --action access_as_shared --target-all-projects shs1', {
      object_type: 'address_scope',
    }),
  ),
  listed('address scope list --name shs1', 'Shared', [true]),
  done('network rbac delete {scope}'),
  done('address scope delete shs1'),
  shown('subnet pool create --pool-prefix 10.95.0.0/16 shp1', { shared: false }),
  keep(
    'pool',
    shown('network rbac create --type subnetpool --action access_as_shared --target-project demo shp1', {
      object_type: 'subnetpool',
    }),
  ),
  listed('network rbac list --action access_as_shared --type subnetpool', 'Object Type', ['subnetpool']),
  done('network rbac delete {pool}'),
  done('subnet pool delete shp1'),
];

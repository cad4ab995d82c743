import type { Db } from '../../db/database.ts';
import { fault } from '../../errors/index.ts';
import { listRows, type Shape } from '../listing.ts';
import type { ResourceService } from '../service.ts';

const shape: Shape = { columns: { subnet_id: 'subnets.id' }, id: 'subnets.id', missing: () => undefined };

/**
 * The floatingip_pools resource: the IPv4 subnets of every external network, seen by every project as its own, as in
 * Neutron. Pages are told by the subnet's id.
 */
export const createFloatingIpPoolService = (db: Db): ResourceService => ({
  async list({ projectId }, query) {
    const subnets = await listRows(
      db.kysely
        .selectFrom('subnets')
        .innerJoin('externalnetworks', 'externalnetworks.network_id', 'subnets.network_id')
        .select(['subnets.id', 'subnets.name', 'subnets.network_id', 'subnets.cidr'])
        .where('subnets.ip_version', '=', 4),
      shape,
      query,
    );
    return subnets.map(({ id, name, network_id, cidr }) => ({
      subnet_id: id,
      subnet_name: name,
      tenant_id: projectId,
      network_id,
      cidr,
      project_id: projectId,
    }));
  },
  async get() {
    throw fault('HTTPNotFound');
  },
});

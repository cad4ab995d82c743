import type { Config } from '../../../config/option.ts';
import { routers as routerOptions, scheduling } from '../../../config/options/index.ts';
import { formatCidr, parseCidr } from '../../../net/cidr.ts';
import { HA_INTERFACE } from '../../../net/deviceOwners.ts';
import type { ServerContext } from '../../context.ts';
import { RetryTransaction } from '../../db/database.ts';
import { isDuplicate } from '../../db/errors.ts';
import { fault, NeutronError } from '../../errors/index.ts';
import type { HaMembership } from '../../scheduling/l3.ts';
import { elevated } from '../admin.ts';
import type { Ports } from '../neighbours.ts';
import type { NetworkService } from '../networks/index.ts';
import { lockUsage } from '../quotas/counting.ts';
import type { Item, Tx } from '../service.ts';
import type { SubnetService } from '../subnets/index.ts';
import { transact, type Work } from '../work.ts';
import { countRevision, lockRouter } from './topology.ts';
import { ensureVrid, releaseVrid, vridsIn } from './vrids.ts';

export interface HaParts {
  readonly networks: Pick<NetworkService, 'createIn' | 'deleteIn'>;
  readonly subnets: Pick<SubnetService, 'createIn'>;
  readonly ports: Ports;
}

interface HaRouter {
  readonly id: string;
  readonly project_id: string | null;
}

/** What highly available routers need beside what every router has: a network of the project, a VRID, ports. */
export interface HaRouters extends HaMembership {
  /** Makes the project's HA network unless it has one; throws what creating a network may throw. */
  ensureNetwork(work: Work, projectId: string): Promise<string>;
  /** Takes the router's port from one agent. */
  leave(work: Work, routerId: string, agentId: string): Promise<void>;
  /** The router goes or is highly available no more: its ports and VRID go, after the commit an empty network too. */
  release(work: Work, router: HaRouter): Promise<void>;
}

/** Throws HANetworkCIDRNotValid or HAMaximumAgentsNumberNotValid for options with which no HA router can work. */
function haOptions(config: Config) {
  const options = config.group(routerOptions);
  const cidr = parseCidr(options.l3_ha_net_cidr);
  if (cidr === undefined || formatCidr(cidr) !== options.l3_ha_net_cidr) {
    throw fault('HANetworkCIDRNotValid', { cidr: options.l3_ha_net_cidr });
  }
  const max_agents = config.group(scheduling).max_l3_agents_per_router;
  if (max_agents < 0) throw fault('HAMaximumAgentsNumberNotValid', { max_agents });
  return options;
}

/** Why an HA network that seemed unused cannot be deleted: somebody deleted it first, or a router has just come to it. */
const OVERTAKEN: readonly string[] = ['NetworkInUse', 'SubnetInUse', 'NetworkNotFound'];

const haNetworkOf = async (tx: Tx, projectId: string): Promise<string | undefined> =>
  (
    await tx
      .selectFrom('ha_router_networks')
      .select('network_id')
      .where('project_id', '=', projectId)
      .limit(1)
      .executeTakeFirst()
  )?.network_id;

export function createHaRouters(server: ServerContext, { networks, subnets, ports }: HaParts): HaRouters {
  const options = haOptions(server.config);
  const log = server.log.named('neutron.db.l3_hamode_db');

  async function createNetwork(work: Work, projectId: string): Promise<string> {
    const owner = { tenant_id: '', project_id: '' };
    const [network] = await networks.createIn(work, [
      {
        ...owner,
        name: `HA network tenant ${projectId}`,
        shared: false,
        admin_state_up: true,
        ...(options.l3_ha_network_type ? { 'provider:network_type': options.l3_ha_network_type } : {}),
        ...(options.l3_ha_network_physical_name
          ? { 'provider:physical_network': options.l3_ha_network_physical_name }
          : {}),
      },
    ]);
    const network_id = network!.id as string;
    await subnets.createIn(work, [
      {
        ...owner,
        network_id,
        name: `HA subnet tenant ${projectId}`,
        ip_version: 4,
        cidr: options.l3_ha_net_cidr,
        enable_dhcp: false,
        gateway_ip: null,
      },
    ]);
    try {
      await work.tx.insertInto('ha_router_networks').values({ project_id: projectId, network_id }).execute();
    } catch (error) {
      // From 2023.2 on the schema knows one HA network of a project: Python's server was faster.
      throw isDuplicate(error) ? new RetryTransaction('the HA network of the project was just made') : error;
    }
    return network_id;
  }

  const ensureNetwork: HaRouters['ensureNetwork'] = async (work, projectId) => {
    const known = await haNetworkOf(work.tx, projectId);
    if (known !== undefined) return known;
    // Nothing of Zed's schema keeps a project from two HA networks: who makes one keeps others of the project away.
    await lockUsage(work.tx, 'network', projectId);
    return (await haNetworkOf(work.tx, projectId)) ?? createNetwork(elevated(work), projectId);
  };

  /**
   * Other routers of the project may still be on the network, or just come to it: then it stays. So it does for one that no
   * agent hosts at the time: its VRID is of this network.
   */
  async function deleteIfEmpty(work: Work, projectId: string, networkId: string): Promise<void> {
    try {
      const isUsed = await transact(server, work.context, async (own) => {
        const vrids = (await vridsIn(own.tx, networkId)).length;
        if (vrids === 0) await networks.deleteIn(own, networkId);
        return vrids > 0;
      });
      if (isUsed) return;
      log.info(
        `HA network ${networkId} was deleted as no HA routers are present in tenant ${projectId}.`,
        work.context.rpc,
      );
    } catch (error) {
      const expected = error instanceof NeutronError && OVERTAKEN.includes(error.type);
      if (!expected) throw error;
    }
  }

  async function deletePorts(work: Work, routerId: string, agentId?: string): Promise<void> {
    const rows = await work.tx
      .selectFrom('routerports')
      .leftJoin('ha_router_agent_port_bindings as binding', 'binding.port_id', 'routerports.port_id')
      .select(['routerports.port_id', 'binding.l3_agent_id'])
      .where('routerports.router_id', '=', routerId)
      .where('routerports.port_type', '=', HA_INTERFACE)
      .execute();
    for (const { port_id, l3_agent_id } of rows) {
      if (agentId === undefined || l3_agent_id === agentId) await ports.deleteIn(work, port_id);
    }
  }

  return {
    ensureNetwork,

    async join(work, router, agentId) {
      const { tx } = work;
      const projectId = router.project_id ?? '';
      await lockRouter(tx, router.id);
      const network_id = await ensureNetwork(work, projectId);
      if (!(await ensureVrid(tx, router.id, network_id))) {
        const { message } = fault('NoVRIDAvailable', { router_id: router.id });
        log.warning(`No more VRIDs for router: ${message}`, work.context.rpc);
        await tx.updateTable('routers').set({ status: 'ERROR' }).where('id', '=', router.id).execute();
        return false;
      }
      const port: Item = await ports.createIn(elevated(work), {
        tenant_id: '',
        project_id: '',
        network_id,
        name: `HA port tenant ${projectId}`,
        admin_state_up: true,
        device_id: router.id,
        device_owner: HA_INTERFACE,
      });
      const port_id = port.id as string;
      await tx
        .insertInto('routerports')
        .values({ router_id: router.id, port_id, port_type: HA_INTERFACE })
        .execute();
      await tx
        .insertInto('ha_router_agent_port_bindings')
        .values({ port_id, router_id: router.id, l3_agent_id: agentId, state: 'standby' })
        .execute();
      await countRevision(tx, router.id);
      return true;
    },

    leave: (work, routerId, agentId) => deletePorts(elevated(work), routerId, agentId),

    async release(work, router) {
      const { tx } = work;
      const projectId = router.project_id ?? '';
      await deletePorts(elevated(work), router.id);
      const network_id = await haNetworkOf(tx, projectId);
      if (network_id === undefined) return;
      await releaseVrid(tx, router.id, network_id);
      work.after(() => deleteIfEmpty(elevated(work), projectId, network_id));
    },
  };
}

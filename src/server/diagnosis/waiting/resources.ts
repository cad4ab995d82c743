import type { Kysely } from 'kysely';
import type { WAITABLE } from '../../../resources/additions.ts';
import type { Database } from '../../db/schema/index.ts';
import { DHCP_AGENT, L3_AGENT } from '../../services/agents/agent.ts';
import type { Model, Wanted } from '../model/index.ts';
import { type Due, nothing, together } from './due.ts';
import { dhcpPortsOf, networkOf, portsInGroup } from './rows.ts';
import { filtered, gone, led, routed, served, wired } from './tasks.ts';

type Db = Kysely<Database>;

/** How one kind of resource is applied. */
export interface Waitable {
  /** What of the deployment that depends on. */
  wanted(db: Db, id: string): Promise<Wanted>;
  /** What must have happened; the resource may be gone. */
  due(model: Model, id: string, db: Db): Promise<Due>;
}

const ofNetwork = async (id: string, model: Model, db: Db): Promise<Due> => {
  const network = model.networks.get(id);
  return network ? served(network, await dhcpPortsOf(db, id), model) : nothing;
};

export const waitableOf = (resource: string): Waitable | undefined =>
  Object.hasOwn(waitable, resource) ? waitable[resource as keyof typeof waitable] : undefined;

/** Resources that can be waited for, by their names in the API. */
const waitable: Readonly<Record<(typeof WAITABLE)[number], Waitable>> = {
  port: {
    wanted: async (_db, id) => ({ ports: [id] }),
    async due(model, id, db) {
      const port = model.ports.get(id);
      if (!port) return nothing;
      const isAgents = port.deviceOwner.startsWith('network:');
      return together(wired(port, model), isAgents ? nothing : await ofNetwork(port.networkId, model, db));
    },
  },
  network: {
    wanted: async (_db, id) => ({ networks: [id] }),
    due: async (model, id, db) =>
      model.networks.has(id) ? ofNetwork(id, model, db) : gone(DHCP_AGENT, id, model),
  },
  subnet: {
    async wanted(db, id) {
      const network = await networkOf(db, id);
      return { networks: network === undefined ? [] : [network] };
    },
    async due(model, id, db) {
      const network = [...model.networks.values()].find(({ subnets }) =>
        subnets.some((subnet) => subnet.id === id),
      );
      return network ? ofNetwork(network.id, model, db) : nothing;
    },
  },
  router: {
    wanted: async (_db, id) => ({ routers: [id] }),
    async due(model, id) {
      const router = model.routers.get(id);
      return router ? routed(router, model) : gone(L3_AGENT, id, model);
    },
  },
  floatingip: {
    wanted: async (_db, id) => ({ floatingIps: [id] }),
    async due(model, id) {
      const floatingIp = model.floatingIps.get(id);
      return floatingIp ? led(floatingIp, model) : nothing;
    },
  },
  security_group: {
    wanted: async (db, id) => ({ ports: await portsInGroup(db, id) }),
    due: async (model) => filtered([...model.ports.values()], model),
  },
};

import type { ServerContext } from '../context.ts';
import { createNetworkService, type NetworkService } from '../services/networks/index.ts';
import { createPortService, type PortService } from '../services/ports/index.ts';
import type { QuotaCheck } from '../services/quotas/enforcement.ts';
import { createSecurityGroupService, type SecurityGroupService } from '../services/securitygroups/index.ts';
import { createSecurityGroupRuleService } from '../services/securitygroups/rules.ts';
import type { Item, ResourceService } from '../services/service.ts';
import { createSubnetService, type SubnetService } from '../services/subnets/index.ts';
import type { Work } from '../services/work.ts';
import { createPortBinder, type PortBinder } from './binding.ts';
import { loadMechanisms, type Mechanisms } from './mechanisms/index.ts';
import { loadNetworkTypes, type NetworkTypes } from './types/index.ts';

/** The core plugin: the resources of layer 2 and what binds them to hosts. */
export interface CorePlugin {
  readonly networks: NetworkService;
  readonly subnets: SubnetService;
  readonly ports: PortService;
  readonly securityGroups: SecurityGroupService;
  readonly securityGroupRules: ResourceService;
  readonly binder: PortBinder;
  readonly mechanisms: Mechanisms;
  readonly types: NetworkTypes;
  /** Brings the allocation tables in line with the configuration; call once before serving. */
  initialize(): Promise<void>;
}

/** Ports that get no address when a subnet with automatic addresses comes. */
const WITHOUT_AUTO = 'network:router';

/** Composes ML2 from the configuration. */
export function createCorePlugin(server: ServerContext, quotas: QuotaCheck): CorePlugin {
  const types = loadNetworkTypes(server.config, server.log.named('neutron.plugins.ml2.managers'));
  const mechanisms = loadMechanisms(server.config);
  const binder = createPortBinder(server, mechanisms);
  const securityGroups = createSecurityGroupService(server, quotas);
  const securityGroupRules = createSecurityGroupRuleService(server, quotas, securityGroups);
  const ports = createPortService(server, { quotas, groups: securityGroups, binder, mechanisms });

  async function addAutoAddresses(work: Work, subnet: Item): Promise<void> {
    const rows = await ports.listIn(work.tx, { network_id: [subnet.network_id] });
    for (const port of rows) {
      if (port.device_owner.startsWith(WITHOUT_AUTO)) continue;
      await ports.updateIfPresent(work, port.id, ({ fixed_ips }) => ({ fixed_ips }));
    }
  }

  const subnets = createSubnetService(server, { quotas, leaveSubnet: ports.leaveSubnet, addAutoAddresses });
  const networks = createNetworkService(server, {
    types,
    quotas,
    askDefaultGroups: securityGroups.askDefaults,
    deletePorts: ports.deleteManyIn,
    deleteSubnets: subnets.deleteIn,
  });
  return {
    networks,
    subnets,
    ports,
    securityGroups,
    securityGroupRules,
    binder,
    mechanisms,
    types,
    initialize: () => types.initialize(server.db),
  };
}

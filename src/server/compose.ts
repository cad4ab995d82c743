import { core as coreOptions, routers as routerOptions, scheduling } from '../config/options/index.ts';
import type { Endpoint } from '../messaging/transport.ts';
import type { ServerContext } from './context.ts';
import { announceProblems } from './diagnosis/announce.ts';
import { createExplanations } from './explanations.ts';
import type { ApiParts } from './http/registry.ts';
import type { Identity } from './identity/identity.ts';
import { loadPolicy } from './identity/policy/load.ts';
import { createIdentity } from './identity/strategy.ts';
import { createCorePlugin } from './ml2/plugin.ts';
import { dhcpNotifier } from './notify/dhcp.ts';
import { createNovaNotifier } from './notify/nova/index.ts';
import { createRouterNotifier } from './notify/routers.ts';
import { createProber } from './probes/prober.ts';
import { rpcEndpoints } from './rpc/index.ts';
import { createDhcpScheduler } from './scheduling/dhcp.ts';
import { failoverTasks } from './scheduling/failover.ts';
import { createL3Scheduler } from './scheduling/l3.ts';
import type { PeriodicTask } from './scheduling/periodic.ts';
import { createAddressGroupService } from './services/addressGroups/index.ts';
import { createAddressScopeService } from './services/addressScopes/index.ts';
import { createAgentService } from './services/agents/agents.ts';
import { dhcpNetworks, l3Routers, networkDhcpAgents, routerL3Agents } from './services/agents/hosted.ts';
import { createZoneService } from './services/agents/zones.ts';
import { createAutoAllocation } from './services/autoAllocation/index.ts';
import { warnOfExternalDns, warnOfPlugins } from './services/extensions/drivers.ts';
import { flavorNextProviders, flavorProfiles } from './services/flavors/bindings.ts';
import { createFlavorService } from './services/flavors/flavors.ts';
import { createProfileService } from './services/flavors/profiles.ts';
import { createProviderService, routerProviders } from './services/flavors/providers.ts';
import { floatingIpNetworkHooks, floatingIpPortHooks } from './services/floatingips/hooks.ts';
import { createFloatingIpService } from './services/floatingips/index.ts';
import { createFloatingIpPoolService } from './services/floatingips/pools.ts';
import { createIpAvailabilityService } from './services/ipAvailability.ts';
import { createPortBindings } from './services/ports/bindings/index.ts';
import { createQosPolicyService } from './services/qos/policies.ts';
import { createQosRules } from './services/qos/rules.ts';
import { createQosRuleTypeService } from './services/qos/ruleTypes.ts';
import { createQuotas } from './services/quotas/enforcement.ts';
import { createRbacService } from './services/rbac/index.ts';
import { createHaRouters } from './services/routers/ha.ts';
import { routerHooks } from './services/routers/hooks.ts';
import { createRouterService } from './services/routers/index.ts';
import { createRouterProviders } from './services/routers/providers.ts';
import { createSubnetPoolService } from './services/subnetpools/index.ts';

/** What a process of the server consists of, ready to be served. */
export interface ServerParts {
  readonly api: ApiParts;
  /** RPC endpoints by topic. */
  readonly endpoints: Readonly<Record<string, readonly Endpoint[]>>;
  /** What is to be done by the clock, by one process of all. */
  readonly periodic: readonly PeriodicTask[];
  close(): Promise<void>;
}

/** Makes every service and connects them: who reacts to whose changes, and in which order, stands here. */
export async function compose(
  server: ServerContext,
  identity: Identity = createIdentity(server.config, server.log),
): Promise<ServerParts> {
  const { config, db, hooks, log, outbox } = server;
  const settings = config.group(scheduling);
  const agentDownTime = settings.agent_down_time;
  const servesWhenDown = settings.enable_services_on_agents_with_admin_state_down;

  warnOfExternalDns(config, log.named('neutron.services.externaldns.driver'));
  warnOfPlugins(config, log.named('neutron.manager'));
  const quotas = createQuotas(config, db);

  const scheduler = { ...settings, ...config.group(coreOptions) };
  const dhcp = createDhcpScheduler(scheduler, outbox, log);
  const core = createCorePlugin(server, quotas);
  await core.initialize();
  const { networks, subnets, ports } = core;

  const ha = createHaRouters(server, { networks, subnets, ports });
  const l3 = createL3Scheduler(scheduler, ha, log);
  const notifier = createRouterNotifier(outbox, l3);
  const providers = routerProviders(config);
  const { l3_ha, router_distributed } = config.group(routerOptions);
  const ofRouters = createRouterProviders(providers, { ha: l3_ha, distributed: router_distributed });
  const l3Parts = { networks, subnets, ports, quotas, notifier, scheduler: l3, ha, providers: ofRouters };
  const agentParts = { agentDownTime, servesWhenDown, networks, ports, dhcp, l3, ha, notifier };

  const floatingIps = createFloatingIpService(server, l3Parts);

  const toRouters = routerHooks(notifier);
  const toDhcp = dhcpNotifier({ outbox, scheduler: dhcp, servedIn: networks.servedIn, servesWhenDown });
  hooks.network.push(floatingIpNetworkHooks(floatingIps), toRouters.network, toDhcp.network);
  hooks.subnet.push(toDhcp.subnet, toRouters.subnet);
  const prober = createProber(server, { networks, subnets, ports });
  hooks.port.push(floatingIpPortHooks(notifier), toDhcp.port, toRouters.port, prober.port);

  const novaNotifier = createNovaNotifier(server, (id) => ports.getIn(db.kysely, id));
  if (novaNotifier) {
    hooks.port.push(novaNotifier.port);
    hooks.floatingip.push(novaNotifier.floatingip);
  }

  const routerSettings = { ...config.group(routerOptions), ...config.group(coreOptions) };
  // As in Neutron, quotas limit what a project asks for itself.
  const unlimited = { ...l3Parts, quotas: { check() {} } };
  const autoAllocation = createAutoAllocation(server, {
    networks,
    subnets,
    routers: createRouterService(server, unlimited, routerSettings),
  });

  const explanations = createExplanations(server, core, prober);
  const qosRules = createQosRules(server);

  return {
    api: {
      config,
      log,
      db,
      identity,
      policy: await loadPolicy(config, log),
      quotas,
      services: {
        network: networks,
        subnet: subnets,
        subnetpool: createSubnetPoolService(server, { quotas, notifier }),
        address_scope: createAddressScopeService(server),
        port: ports,
        router: createRouterService(server, l3Parts, routerSettings),
        floatingip: floatingIps,
        security_group: core.securityGroups,
        security_group_rule: core.securityGroupRules,
        address_group: createAddressGroupService(server),
        rbac_policy: createRbacService(server, quotas),
        agent: createAgentService(server, agentDownTime),
        availability_zone: createZoneService(db),
        flavor: createFlavorService(db),
        service_profile: createProfileService(db, providers),
        service_provider: createProviderService(providers),
        floatingip_pool: createFloatingIpPoolService(db),
        network_ip_availability: createIpAvailabilityService(db),
        qos_policy: createQosPolicyService(server),
        qos_rule_type: createQosRuleTypeService(config),
        qos_alias_bandwidth_limit_rule: qosRules.alias('bandwidth_limit'),
        qos_alias_dscp_marking_rule: qosRules.alias('dscp_marking'),
        qos_alias_minimum_bandwidth_rule: qosRules.alias('minimum_bandwidth'),
        qos_alias_minimum_packet_rate_rule: qosRules.alias('minimum_packet_rate'),
      },
      autoAllocation,
      additions: explanations.additions,
      metrics: explanations.metrics,
      children: {
        port_binding: createPortBindings(server, { ports, binder: core.binder }),
        flavor_service_profile: (flavorId) => flavorProfiles(db, flavorId),
        flavor_next_provider: (flavorId) => flavorNextProviders(db, providers, flavorId),
        qos_bandwidth_limit_rule: qosRules.below('bandwidth_limit'),
        qos_dscp_marking_rule: qosRules.below('dscp_marking'),
        qos_minimum_bandwidth_rule: qosRules.below('minimum_bandwidth'),
        qos_minimum_packet_rate_rule: qosRules.below('minimum_packet_rate'),
        qos_packet_rate_limit_rule: qosRules.below('packet_rate_limit'),
      },
      members: {
        dhcpNetworks: dhcpNetworks(server, agentParts),
        dhcpAgents: networkDhcpAgents(server, agentParts),
        l3Routers: l3Routers(server, agentParts),
        l3Agents: routerL3Agents(server, agentParts),
      },
    },
    endpoints: rpcEndpoints(server, { core, dhcp, l3, servesWhenDown, agentDownTime }),
    periodic: [...failoverTasks(server, agentParts), announceProblems(explanations.problemsInTurn, log)],
    close: async () => novaNotifier?.close(),
  };
}

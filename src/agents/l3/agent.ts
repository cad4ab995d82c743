import { type Link, listLinks } from '../../linux/links.ts';
import { listNamespaces } from '../../linux/netns.ts';
import { createProcessMonitor } from '../../linux/processMonitor.ts';
import { routerNamespace } from '../../net/names.ts';
import { client, endpoint } from '../../rpc/interface.ts';
import { networkUpdate } from '../../rpc/l2agent.ts';
import { l3Agent as l3AgentRpc } from '../../rpc/l3Agent.ts';
import { l3plugin, type RouterInfo } from '../../rpc/l3plugin.ts';
import { resourcesPush } from '../../rpc/resources.ts';
import type { AgentParts, AgentRuntime } from '../runtime/agent.ts';
import { createReconciler } from '../runtime/reconciler.ts';
import { appliedUnless, waiting } from '../runtime/self.ts';
import { createHaReports } from './ha/reports.ts';
import { lookAtRouters } from './look.ts';
import {
  EXTENSION,
  type Forwarding,
  pullForwardings,
  readForwarding,
  TYPE,
  VERSION,
} from './portForwarding.ts';
import { Router } from './router.ts';
import { l3Settings, problemsOf } from './settings.ts';

/** Routers asked of the server and worked on at a time. */
const BATCH = 32;
const VRRP_CHECK_SECONDS = 0.5;
const PREFIX = routerNamespace('');

/**
 * The L3 agent: routers of this host as namespaces. A notification only marks its routers dirty; the loop asks the
 * server for them, all that are dirty at once, and a router that the server does not return is taken away.
 */
export function buildL3Agent(runtime: AgentRuntime): AgentParts {
  const { log, host, newContext } = runtime;
  const server = client(runtime.transport, l3plugin);
  const settings = l3Settings(runtime.config);
  const monitor = createProcessMonitor({
    log,
    intervalSeconds: settings.checkSeconds,
    onDied: (key) => reconciler.mark(key.split(' ', 1)[0]!),
  });
  const vrrpMonitor = createProcessMonitor({
    log,
    intervalSeconds: Math.min(settings.checkSeconds, VRRP_CHECK_SECONDS),
    onDied: (id) =>
      routers
        .get(id)
        ?.reviveKeepalived()
        .catch(() => reconciler.mark(id)),
  });
  const reports = createHaReports(log, (states) =>
    server.update_ha_routers_states(newContext(), { host, states }),
  );
  for (const problem of problemsOf(settings)) log.warning(problem);
  const routers = new Map<string, Router>();
  /** Networks that a router has devices on, by router. */
  const networks = new Map<string, ReadonlySet<string>>();
  /** Routers that are worked on: what the server answered of them may be older than what it tells meanwhile. */
  const working = new Set<string>();
  const concerns = (id: string): boolean => routers.has(id) || working.has(id);

  const routerOf = (id: string): Router => {
    const { firewall, proxy, vrrp, radvd, ipv6Gateway } = settings;
    const router =
      routers.get(id) ??
      new Router(id, {
        log,
        firewall,
        proxy,
        vrrp,
        radvd,
        ipv6Gateway,
        monitor,
        vrrpMonitor,
        roleChanged: reports.tell,
        tryAgain: (again) => reconciler.mark(again),
      });
    routers.set(id, router);
    return router;
  };

  const forwards = settings.extensions.includes(EXTENSION);

  async function apply(
    id: string,
    info: RouterInfo | undefined,
    outside: ReadonlyMap<string, Link>,
    forwardings?: readonly Forwarding[],
  ): Promise<void> {
    const router = routerOf(id);
    if (!info || (!settings.internalOnly && !info.gw_port)) {
      await router.remove();
      routers.delete(id);
      networks.delete(id);
      return;
    }
    const ports = [info.gw_port, info._ha_interface, ...(info._interfaces ?? [])];
    networks.set(id, new Set(ports.flatMap((port) => port?.network_id ?? [])));
    const statuses = await router.update(info, forwardings, outside);
    if (Object.keys(statuses).length === 0) return;
    await server.update_floatingip_statuses(newContext(), { router_id: id, fip_statuses: statuses });
    router.told();
  }

  /**
   * After a reboot of this host its HA ports still count as wired. Until the L2 agent has wired them VRRP would hear
   * nobody, and every instance here be primary: the server forgets, and tells when they are.
   */
  async function waitForL2(): Promise<void> {
    if ((await server.get_host_ha_router_count(newContext(), { host })) > 0)
      await server.update_all_ha_network_port_statuses(newContext(), { host });
  }

  const reconciler = createReconciler({
    log,
    itemName: 'router',
    parallel: 2,
    batchSize: BATCH,
    async listAll() {
      const wanted = await server.get_router_ids(newContext(), { host });
      const present = listNamespaces().filter((name) => name.startsWith(PREFIX));
      if (present.length === 0) await waitForL2();
      return new Set([...wanted, ...present.map((name) => name.slice(PREFIX.length)), ...routers.keys()]);
    },
    async work(ids) {
      for (const id of ids) working.add(id);
      try {
        const [infos, outside] = await Promise.all([
          server.sync_routers(newContext(), { host, router_ids: [...ids] }),
          listLinks(),
        ]);
        const byId = new Map(infos.map((info) => [info.id, info]));
        const forwarded = forwards
          ? await pullForwardings(runtime.transport, newContext(), infos)
          : new Map<string, readonly Forwarding[]>();
        const failed = new Map<string, unknown>();
        await Promise.all(
          ids.map((id) =>
            apply(id, byId.get(id), outside, forwarded.get(id)).catch((error: unknown) =>
              failed.set(id, error),
            ),
          ),
        );
        return failed;
      } finally {
        for (const id of ids) working.delete(id);
      }
    },
  });

  const mark = (ids: readonly string[]): void => {
    for (const id of ids) reconciler.mark(id);
  };

  const pushed = resourcesPush(TYPE, VERSION);
  const forwardingsChanged = endpoint(pushed, {
    async push(_context, { resource_list }) {
      mark(resource_list.map((object) => readForwarding(object).routerId).filter(concerns));
    },
  });

  return {
    facts: {
      binary: 'neutron-l3-agent',
      agentType: 'L3 agent',
      topic: 'l3_agent',
      availabilityZone: settings.availabilityZone,
    },
    listens: [
      ...(forwards ? [{ topic: pushed.topic, endpoints: [forwardingsChanged] }] : []),
      {
        topic: l3AgentRpc.topic,
        endpoints: [
          endpoint(l3AgentRpc, {
            routers_updated: async (_context, { routers: ids }) => mark(ids),
            router_deleted: async (_context, { router_id }) => {
              if (concerns(router_id)) mark([router_id]);
            },
            router_added_to_agent: async (_context, { payload }) => {
              mark(payload);
              return null;
            },
            router_removed_from_agent: async (_context, { payload }) => mark([payload.router_id]),
            agent_updated: async () => reconciler.markAll('the agent was enabled or disabled'),
          }),
        ],
      },
      {
        // A Python server tells of a new MTU in no other way.
        topic: networkUpdate.topic,
        endpoints: [
          endpoint(networkUpdate, {
            network_update: async (_context, { network }) =>
              mark([...[...networks].flatMap(([id, its]) => (its.has(network.id) ? [id] : [])), ...working]),
          }),
        ],
      },
    ],
    configurations() {
      const applied = [...routers.values()].flatMap((router) => router.applied ?? []);
      return {
        agent_mode: 'legacy',
        handle_internal_only_routers: settings.internalOnly,
        interface_driver: settings.interfaceDriver,
        log_agent_heartbeats: settings.logHeartbeats,
        extensions: forwards ? [EXTENSION] : [],
        routers: applied.length,
        ex_gw_ports: applied.filter((router) => router.gateway).length,
        interfaces: applied.reduce((sum, router) => sum + router.interfaces.length, 0),
        floating_ips: applied.reduce((sum, router) => sum + router.floatingIps.length, 0),
      };
    },
    self: {
      loops: [reconciler],
      async applied(id) {
        const error = await reconciler.bring(id);
        const ha = routers.get(id)?.applied?.ha;
        if (error === undefined && ha && !ha.wired)
          return waiting(`${ha.device.tap} to be wired on this host`);
        return appliedUnless(error);
      },
      look: () => lookAtRouters(routers, reconciler),
      findings: async () => [],
    },
    resync: (reason) => reconciler.markAll(reason),
    async stop() {
      monitor.stop();
      vrrpMonitor.stop();
      reports.stop();
      await reconciler.stop();
      for (const router of routers.values()) router.close();
    },
  };
}

import type { RouterNotifier } from '../../notify/routers.ts';
import type { Queries } from '../../scheduling/agents.ts';
import type { L3Scheduler } from '../../scheduling/l3.ts';
import type { Item, RequestContext, Tx } from '../service.ts';
import type { Work } from '../work.ts';
import type { HaRouters } from './ha.ts';
import type { RouterProviders } from './providers.ts';

/** What routers and floating IPs need of networks and subnets. */
export interface Lookup {
  /** What the caller may see; rejects with NotFound. */
  get(context: RequestContext, id: string): Promise<Item>;
  getIn(queries: Queries, id: string): Promise<Item | undefined>;
  listIn(queries: Queries, filters: Readonly<Record<string, readonly unknown[]>>): Promise<Item[]>;
}

/** What they need of ports, within their own transaction. */
export interface Ports extends Lookup {
  createIn(work: Work, item: Item): Promise<Item>;
  updateIn(work: Work, id: string, changes: Item): Promise<Item>;
  deleteIn(work: Work, id: string): Promise<void>;
}

export interface Quotas {
  check(tx: Tx, resource: string, projectId: string, delta?: number): Promise<void>;
}

export interface L3Parts {
  readonly networks: Lookup;
  readonly subnets: Lookup;
  readonly ports: Ports;
  readonly quotas: Quotas;
  readonly notifier: RouterNotifier;
  readonly scheduler: L3Scheduler;
  readonly ha: HaRouters;
  readonly providers: RouterProviders;
}

/** Owners of ports that L3 makes. */
export const ROUTER_INTERFACE = 'network:router_interface';
export const REPLICATED_INTERFACE = 'network:ha_router_replicated_interface';
export const DISTRIBUTED_INTERFACE = 'network:router_interface_distributed';
export const ROUTER_GATEWAY = 'network:router_gateway';
export const FLOATING_IP = 'network:floatingip';

/** Every kind of interface towards a project's network. */
export const ROUTER_INTERFACES = [ROUTER_INTERFACE, REPLICATED_INTERFACE, DISTRIBUTED_INTERFACE] as const;

/** The port by which instances of a highly available router on several hosts hear each other. */
export const HA_INTERFACE = 'network:router_ha_interface';

/** The port by which a distributed router's central part is on a project's network. */
export const SNAT_INTERFACE = 'network:router_centralized_snat';

export interface FixedIp {
  readonly subnet_id: string;
  readonly ip_address: string;
}

export const fixedIpsOf = (port: Item): readonly FixedIp[] => port.fixed_ips as readonly FixedIp[];

import type { RouterNotifier } from '../../notify/routers.ts';
import type { L3Scheduler } from '../../scheduling/l3.ts';
import type { Lookup, Ports } from '../neighbours.ts';
import type { QuotaCheck } from '../quotas/enforcement.ts';
import type { HaRouters } from './ha.ts';
import type { RouterProviders } from './providers.ts';

/** What routers and floating IPs are made with. */
export interface L3Parts {
  readonly networks: Lookup;
  readonly subnets: Lookup;
  readonly ports: Ports;
  readonly quotas: QuotaCheck;
  readonly notifier: RouterNotifier;
  readonly scheduler: L3Scheduler;
  readonly ha: HaRouters;
  readonly providers: RouterProviders;
}

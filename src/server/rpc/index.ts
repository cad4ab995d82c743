import { scheduling } from '../../config/options/index.ts';
import type { Endpoint } from '../../messaging/transport.ts';
import type { ServerContext } from '../context.ts';
import type { CorePlugin } from '../ml2/plugin.ts';
import type { DhcpScheduler } from '../scheduling/dhcp.ts';
import type { L3Scheduler } from '../scheduling/l3.ts';
import { createReports } from '../services/agents/reports.ts';
import { dhcpEndpoint } from './dhcp.ts';
import { dvrEndpoint } from './dvr.ts';
import { factsEndpoint } from './facts.ts';
import { l2pluginEndpoint } from './l2plugin.ts';
import { l3Endpoint } from './l3.ts';
import { metadataEndpoint } from './metadata.ts';
import { reportsEndpoint } from './reports.ts';
import { resourcesEndpoint } from './resources.ts';
import { securityGroupsEndpoint } from './securitygroups.ts';

interface Parts {
  readonly core: CorePlugin;
  readonly dhcp: DhcpScheduler;
  readonly l3: L3Scheduler;
  readonly servesWhenDown: boolean;
  readonly agentDownTime: number;
}

/** Everything that agents may call, by topic. */
export function rpcEndpoints(
  server: ServerContext,
  { core, dhcp, l3, servesWhenDown, agentDownTime }: Parts,
): Readonly<Record<string, readonly Endpoint[]>> {
  const { networks, subnets, ports, binder } = core;
  const reports = createReports(
    server.db,
    server.log.named('neutron.db.agents_db'),
    server.config.group(scheduling),
  );
  return {
    'q-plugin': [
      dhcpEndpoint(server, { networks, subnets, ports, scheduler: dhcp, servesWhenDown }),
      metadataEndpoint(server, ports),
      l2pluginEndpoint(server, { networks, ports, statuses: ports.statuses, binder }),
      securityGroupsEndpoint(server, ports),
      dvrEndpoint(server, { subnets, ports }),
      resourcesEndpoint(server),
      factsEndpoint(server),
    ],
    'q-l3-plugin': [
      l3Endpoint(server, { networks, subnets, ports, scheduler: l3, servesWhenDown, agentDownTime }),
    ],
    'q-reports-plugin': [reportsEndpoint(reports, server)],
  };
}

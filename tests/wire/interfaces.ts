import { dhcpPlugin } from '../../src/rpc/dhcp.ts';
import { dhcpAgent } from '../../src/rpc/dhcpAgent.ts';
import { dvr, dvrUpdate } from '../../src/rpc/dvr.ts';
import type { Method, RpcInterface } from '../../src/rpc/interface.ts';
import * as l2agent from '../../src/rpc/l2agent.ts';
import { l2plugin } from '../../src/rpc/l2plugin.ts';
import { l2population } from '../../src/rpc/l2population.ts';
import { l3Agent } from '../../src/rpc/l3Agent.ts';
import { l3plugin } from '../../src/rpc/l3plugin.ts';
import { metadata } from '../../src/rpc/metadata.ts';
import { reports, reportsByCast } from '../../src/rpc/reports.ts';
import { resourcesPull, resourcesPush, resourceVersions } from '../../src/rpc/resources.ts';
import { securityGroups } from '../../src/rpc/securitygroups.ts';
import { tunnelDelete, tunnelUpdate } from '../../src/rpc/tunnels.ts';

export type AnyInterface = RpcInterface<Record<string, Method<object, unknown>>>;

/** Every interface of Neutron's that src/rpc declares; the one for pushes once for each type that is recorded or ours. */
export const interfaces = [
  dhcpPlugin,
  dhcpAgent,
  dvr,
  dvrUpdate,
  ...Object.values(l2agent),
  l2plugin,
  l2population,
  l3Agent,
  l3plugin,
  metadata,
  reports,
  reportsByCast,
  resourcesPull,
  resourceVersions,
  securityGroups,
  tunnelDelete,
  tunnelUpdate,
  ...[
    'AddressGroup-1.2',
    'Network-1.1',
    'Port-1.7',
    'Subnet-1.1',
    'SecurityGroup-1.5',
    'SecurityGroupRule-1.2',
  ]
    .concat('QosPolicy-1.10', 'PortForwarding-1.3', 'ConntrackHelper-1.0')
    .map((type) => resourcesPush(...(type.split('-') as [string, string]))),
] as unknown as readonly AnyInterface[];

import type { Check } from '../../../health/checks.ts';
import type { DoctorContext } from '../../context.ts';
import { cardMtu } from './cardMtu.ts';
import { clocks } from './clock.ts';
import { dhcpServers, externalDhcp } from './dhcpServers.ts';
import { defaultGateway } from './gateway.ts';
import { localIpOnce } from './localIp.ts';
import { peers } from './peers.ts';
import { pools } from './pools.ts';
import { lanSubnets } from './subnets.ts';

/** The network outside this host: the underlay to the other hosts, their clocks, the physical LAN. */
export const lanChecks: readonly Check<DoctorContext>[] = [
  clocks,
  cardMtu,
  localIpOnce,
  peers,
  defaultGateway,
  lanSubnets,
  pools,
  dhcpServers,
  externalDhcp,
];

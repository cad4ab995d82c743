import { agent, agentExtensions, interfaces, ovs, ovsInterfaces } from './agent.ts';
import { amqp } from './amqp.ts';
import { api, ssl, wsgi } from './api.ts';
import { cache } from './cache.ts';
import { ironic, nova, placement } from './clients.ts';
import { core, experimental } from './core.ts';
import { database } from './database.ts';
import { dhcpAgent } from './dhcp.ts';
import { keystoneAuthtoken } from './identity.ts';
import { kafka } from './kafka.ts';
import { l3Agent } from './l3.ts';
import { agentQos, l2Agent, linuxBridge, networkLog, vxlan } from './linuxbridge.ts';
import { logging } from './logging.ts';
import { messaging, notifications } from './messaging.ts';
import { metadataAgent } from './metadata.ts';
import { cors, healthcheck, osloMiddleware } from './middleware.ts';
import {
  ml2,
  ml2Flat,
  ml2Geneve,
  ml2Gre,
  ml2Vlan,
  ml2Vxlan,
  ovsDriver,
  securitygroup,
  sriovDriver,
} from './ml2.ts';
import { nts, ntsLinuxBridge } from './nts.ts';
import { policy } from './policy.ts';
import { concurrency, privsep, reports, service } from './process.ts';
import { serviceProviders } from './providers.ts';
import { quotas } from './quotas.ts';
import { rabbit } from './rabbit.ts';
import { routers } from './routers.ts';
import { scheduling } from './scheduling.ts';
import { zmq } from './zmq.ts';

export {
  agent,
  agentExtensions,
  agentQos,
  amqp,
  api,
  cache,
  concurrency,
  core,
  cors,
  database,
  dhcpAgent,
  experimental,
  healthcheck,
  interfaces,
  ironic,
  kafka,
  keystoneAuthtoken,
  l2Agent,
  l3Agent,
  linuxBridge,
  logging,
  messaging,
  metadataAgent,
  ml2,
  ml2Flat,
  ml2Geneve,
  ml2Gre,
  ml2Vlan,
  ml2Vxlan,
  networkLog,
  notifications,
  nova,
  nts,
  ntsLinuxBridge,
  osloMiddleware,
  ovs,
  ovsDriver,
  ovsInterfaces,
  placement,
  policy,
  privsep,
  quotas,
  rabbit,
  reports,
  routers,
  scheduling,
  securitygroup,
  service,
  serviceProviders,
  sriovDriver,
  ssl,
  vxlan,
  wsgi,
  zmq,
};

/** Every declared group; several may share a section. */
export const optionGroups = [
  agent,
  interfaces,
  ovsInterfaces,
  ovs,
  amqp,
  api,
  wsgi,
  ssl,
  cache,
  nova,
  placement,
  ironic,
  core,
  experimental,
  database,
  dhcpAgent,
  keystoneAuthtoken,
  kafka,
  l3Agent,
  linuxBridge,
  vxlan,
  agentExtensions,
  l2Agent,
  agentQos,
  networkLog,
  logging,
  messaging,
  notifications,
  metadataAgent,
  cors,
  healthcheck,
  osloMiddleware,
  ml2,
  ml2Flat,
  ml2Vlan,
  ml2Gre,
  ml2Vxlan,
  ml2Geneve,
  securitygroup,
  ovsDriver,
  sriovDriver,
  policy,
  service,
  concurrency,
  privsep,
  reports,
  serviceProviders,
  quotas,
  rabbit,
  routers,
  scheduling,
  nts,
  ntsLinuxBridge,
  zmq,
] as const;

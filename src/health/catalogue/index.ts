import type { Listed } from '../problem.ts';
import * as agents from './agents.ts';
import * as binding from './binding.ts';
import * as broker from './broker.ts';
import * as configuration from './configuration.ts';
import * as configurationFiles from './configurationFiles.ts';
import * as contradictions from './contradictions.ts';
import * as database from './database.ts';
import * as drift from './drift.ts';
import * as filters from './filters.ts';
import * as host from './host.ts';
import * as identity from './identity.ts';
import * as kernel from './kernel.ts';
import * as lan from './lan.ts';
import * as migration from './migration.ts';
import * as networks from './networks.ts';
import * as nics from './nics.ts';
import * as nova from './nova.ts';
import * as path from './path.ts';
import * as pathFilters from './pathFilters.ts';
import * as pathLinks from './pathLinks.ts';
import * as pathRouters from './pathRouters.ts';
import * as ports from './ports.ts';
import * as routers from './routers.ts';
import * as settings from './settings.ts';
import * as traffic from './traffic.ts';
import * as underlay from './underlay.ts';

/** Every problem that this system knows, each declared once, in the file of its subject. */
export const areas: Readonly<Record<string, Readonly<Record<string, Listed>>>> = {
  'Ports that cannot be bound': binding,
  Ports: ports,
  'Networks and subnets': networks,
  'Routers and floating IPs': routers,
  Agents: agents,
  'Message broker': broker,
  'Kernel of a host': kernel,
  'Network cards and addresses of a host': nics,
  'Firewalls of a host': filters,
  'The network between hosts, and their clocks': underlay,
  'The physical LAN': lan,
  'Programs, processes and files of a host': host,
  'Names and values of the configuration': configuration,
  'Configuration files': configurationFiles,
  'Values that contradict each other': contradictions,
  'Settings that cannot work': settings,
  'Packets that neutron verify sent': traffic,
  'Paths that lead nowhere': path,
  'Filters of ports': pathFilters,
  'Taps, bridges and tunnels': pathLinks,
  'Routers, DHCP and metadata in their namespaces': pathRouters,
  'What something else has changed under an agent': drift,
  Database: database,
  'Keystone, names of hosts, and the API': identity,
  Nova: nova,
  'Coming over from Python Neutron': migration,
};

export const catalogue: readonly Listed[] = Object.values(areas).flatMap((area) => Object.values(area));

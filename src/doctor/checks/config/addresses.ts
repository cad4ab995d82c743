import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import type { Config } from '../../../config/option.ts';
import { api, concurrency, core, messaging, metadataAgent, nova } from '../../../config/options/index.ts';
import { hostNameDiffers } from '../../../health/catalogue/contradictions.ts';
import {
  apiWorkersUnused,
  lockPathUnwritable,
  noauthBeyondLoopback,
  novaMetadataHostUnset,
  novaNotTold,
  transportUrlMissing,
} from '../../../health/catalogue/settings.ts';
import { failing } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { parseTransportUrl } from '../../../messaging/url.ts';
import { isLoopback } from '../../../messaging/zmq/loopback.ts';
import { settingOf } from './evidence.ts';
import { checkOfFiles, configIn, type HostFiles } from './hostFiles.ts';

function serverFindings(server: Config, host: string): Finding[] {
  const { auth_strategy, bind_host, api_workers, rpc_workers } = server.group(api);
  const { notify_nova_on_port_status_changes: status, notify_nova_on_port_data_changes: data } =
    server.group(core);
  const isOpen =
    auth_strategy === 'noauth' && !isLoopback(bind_host) && !server.origin('DEFAULT', 'bind_host').default;
  const cores = availableParallelism();
  return [
    ...(isOpen
      ? [
          noauthBeyondLoopback.found(
            { address: bind_host },
            {
              host,
              evidence: [settingOf(server, api, 'auth_strategy'), settingOf(server, api, 'bind_host')],
            },
          ),
        ]
      : []),
    ...((status || data) && server.group(nova).auth_url === null
      ? [
          novaNotTold.found(
            {},
            {
              host,
              evidence: [
                settingOf(server, core, 'notify_nova_on_port_status_changes'),
                settingOf(server, nova, 'auth_url'),
              ],
            },
          ),
        ]
      : []),
    ...Object.entries({ api_workers, rpc_workers }).flatMap(([option, value]) =>
      value !== null && value > 2 * cores
        ? [apiWorkersUnused.found({ option, value, why: `this host has ${cores} cores` }, { host })]
        : [],
    ),
  ];
}

/** Whether the agents of a host without a server are told where the server is. */
function transportFindings({ programs }: HostFiles, host: string): Finding[] {
  const [agent] = programs;
  if (!agent || programs.some(({ program }) => program === 'neutron-server')) return [];
  const { transport_url: url } = agent.config.group(messaging);
  const evidence = [settingOf(agent.config, messaging, 'transport_url')];
  if (url === null) return [transportUrlMissing.found({ host, value: undefined }, { host, evidence })];
  const hosts = hostsOf(url);
  return hosts.length > 0 && hosts.every(isLoopback)
    ? [transportUrlMissing.found({ host, value: hosts.join(', ') }, { host, evidence })]
    : [];
}

const hostsOf = (url: string): string[] => {
  try {
    return parseTransportUrl(url).hosts.map((one) => one.host || 'localhost');
  } catch {
    return [];
  }
};

/** The names that the daemons, and Nova, have for this host. */
function hostNameFindings({ programs, nova: novaFile }: HostFiles, host: string): Finding[] {
  const own = programs.map(({ program, config }) => ({
    who: program as string,
    name: config.group(core).host,
  }));
  const novas = (novaFile?.parsed?.entries ?? [])
    .filter(({ section, name }) => section === 'DEFAULT' && name === 'host')
    .map(({ value }) => ({ who: 'Nova', name: value }));
  const agents = own.filter(({ who }) => who !== 'neutron-server');
  const first = agents.find(({ who }) => who === 'neutron-linuxbridge-agent') ?? agents[0];
  if (!first) return [];
  return [...agents, ...novas.slice(-1)]
    .filter(({ name }) => name !== first.name)
    .map((other) =>
      hostNameDiffers.found(
        { one: first.who, oneHost: first.name, other: other.who, otherHost: other.name },
        { host },
      ),
    );
}

function otherFindings(files: HostFiles, host: string): Finding[] {
  const [any] = files.programs;
  const metadata = configIn(files, 'neutron-metadata-agent');
  const lockPath = any?.config.group(concurrency).lock_path ?? null;
  return [
    ...(metadata?.origin('DEFAULT', 'nova_metadata_host').default
      ? [
          novaMetadataHostUnset.found(
            {},
            { host, evidence: [settingOf(metadata, metadataAgent, 'nova_metadata_host')] },
          ),
        ]
      : []),
    ...(lockPath !== null && !existsSync(lockPath) && !existsSync(dirname(lockPath))
      ? [
          lockPathUnwritable.found(
            { path: lockPath },
            { host, evidence: [settingOf(any!.config, concurrency, 'lock_path')] },
          ),
        ]
      : []),
  ];
}

/** Whether the daemons are told where the others are, and under which name they are known. */
export const whereAndWho = checkOfFiles('configuration: addresses and names', async (files, context) => {
  const { host } = context;
  const server = configIn(files, 'neutron-server');
  return failing(
    [
      ...(server ? serverFindings(server, host) : []),
      ...transportFindings(files, host),
      ...hostNameFindings(files, host),
      ...otherFindings(files, host),
    ],
    `this host is ${host} to every daemon`,
  );
});

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { compareFile, readFileIfAny, replaceFile } from './atomicFile.ts';
import type { Difference } from './difference.ts';
import { compareProcess, type ExternalProcess, ensureRunning, stopProcess } from './externalProcess.ts';
import { makeFolder, ownerOf } from './owner.ts';
import { groupName, userName } from './users.ts';

/**
 * The haproxy in a router's or a network's namespace that hands metadata requests to the metadata agent's unix
 * socket, with the router's or the network's id in a header.
 */
export interface MetadataProxy {
  readonly kind: 'Router' | 'Network';
  /** The router's or the network's id. */
  readonly id: string;
  readonly netns: string;
  /** haproxy's notation: ':::9697', '169.254.169.254:80'. */
  readonly bind: string;
  /** A second bind line, for the IPv6 metadata address of a network: 'fe80::a9fe:a9fe:80 interface ns-…'. */
  readonly bindIpv6?: string | undefined;
}

export interface ProxySettings {
  readonly statePath: string;
  readonly externalPids: string;
  readonly socket: string;
  /** Name or number; empty for the owner of the proxies' folder. */
  readonly user: string;
  readonly group: string;
  readonly debug: boolean;
}

const folder = ({ statePath }: ProxySettings) => join(statePath, 'ns-metadata-proxy');

const configFile = (id: string, settings: ProxySettings) => join(folder(settings), `${id}.conf`);

const pidFile = (id: string, { externalPids }: ProxySettings) => join(externalPids, `${id}.pid.haproxy`);

/** The configuration, byte for byte as Neutron's agents write it. */
export function metadataProxyConfig(proxy: MetadataProxy, settings: ProxySettings): string {
  const { uid, gid } = ownerOf(folder(settings));
  const other = proxy.kind === 'Router' ? 'Network' : 'Router';
  return `
global
    log         /dev/log local0 ${settings.debug ? 'debug' : 'info'}
    log-tag     haproxy-metadata-proxy-${proxy.id}
    user        ${userName(settings.user || String(uid))}
    group       ${groupName(settings.group || String(gid))}
    maxconn     1024
    pidfile     ${pidFile(proxy.id, settings)}
    daemon

defaults
    log global
    mode http
    option httplog
    option dontlognull
    option http-server-close
    option forwardfor
    retries                 3
    timeout http-request    30s
    timeout connect         30s
    timeout client          32s
    timeout server          32s
    timeout http-keep-alive 30s

listen listener
    bind ${proxy.bind}
    ${proxy.bindIpv6 === undefined ? '' : `bind ${proxy.bindIpv6}`}
    server metadata ${settings.socket}
    http-request del-header X-Neutron-${other}-ID
    http-request set-header X-Neutron-${proxy.kind}-ID ${proxy.id}
`;
}

/** Runs the proxy with this configuration; adopts one that already does. Returns the process, to be watched. */
export async function ensureMetadataProxy(
  proxy: MetadataProxy,
  settings: ProxySettings,
): Promise<ExternalProcess> {
  const wanted = metadataProxyProcess(proxy, settings);
  const file = configFile(proxy.id, settings);
  const config = metadataProxyConfig(proxy, settings);
  const changed = readFileIfAny(file) !== config;
  // Ended before its file is replaced: after a crash in between, nothing runs with a file it has not read.
  if (changed) await stopProcess(wanted);
  replaceFile(file, config);
  makeFolder(settings.externalPids);
  await ensureRunning(wanted);
  return wanted;
}

/** What `ensureMetadataProxy` would put right. Only reads. */
export const compareMetadataProxy = (proxy: MetadataProxy, settings: ProxySettings): Difference[] => [
  ...compareProcess(metadataProxyProcess(proxy, settings)),
  ...compareFile(configFile(proxy.id, settings), metadataProxyConfig(proxy, settings)),
];

/** Ends the proxy and removes its files; one that does not exist is fine. */
export async function stopMetadataProxy(id: string, settings: ProxySettings): Promise<void> {
  await stopProcess(processOf(id, settings, undefined));
  rmSync(configFile(id, settings), { force: true });
}

const metadataProxyProcess = (proxy: MetadataProxy, settings: ProxySettings): ExternalProcess =>
  processOf(proxy.id, settings, proxy.netns);

const processOf = (id: string, settings: ProxySettings, netns: string | undefined): ExternalProcess => ({
  name: `The metadata proxy of ${id}`,
  command: ['haproxy', '-f', configFile(id, settings)],
  pidFile: pidFile(id, settings),
  mark: configFile(id, settings),
  netns,
});

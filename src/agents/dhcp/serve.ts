import { chmodSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareFile, readFileIfAny, replaceFile } from '../../linux/atomicFile.ts';
import { type Difference, unset } from '../../linux/difference.ts';
import { releaseLease } from '../../linux/dnsmasq.ts';
import {
  compareProcess,
  type ExternalProcess,
  ensureRunning,
  observeProcess,
  signal,
  stopProcess,
} from '../../linux/externalProcess.ts';
import { makeFolder } from '../../linux/owner.ts';
import type { Log } from '../../log/log.ts';
import { reasonOf } from '../../log/reason.ts';
import { parseAddress } from '../../net/address.ts';
import { dhcpNamespace } from '../../net/names.ts';
import type { DhcpNetwork } from '../../rpc/dhcp.ts';
import type { PortDict } from '../../rpc/dicts.ts';
import { dnsmasqCommand } from './commandLine.ts';
import { addnHostsFile, hostFile, leasesFile } from './hosts.ts';
import { readLeases, staleLeases } from './leases.ts';
import { optsFile } from './options.ts';
import { type DhcpSettings, networkFiles } from './settings.ts';

/** The dnsmasq of a network as a process: known by its pid file and by its directory among its arguments. */
function dnsmasqProcess(
  networkId: string,
  command: readonly string[],
  settings: DhcpSettings,
): ExternalProcess {
  const files = networkFiles(settings, networkId);
  return {
    name: `dnsmasq of network ${networkId}`,
    command,
    pidFile: files.pid,
    mark: files.host,
    netns: dhcpNamespace(networkId),
  };
}

export interface ServedNetwork {
  readonly network: DhcpNetwork;
  readonly port: PortDict;
  readonly device: string;
}

/** A dnsmasq as it was left running, and the files that it has read, by path. */
export interface RunningDnsmasq {
  readonly process: ExternalProcess;
  readonly contents: readonly (readonly [path: string, content: string])[];
}

/**
 * Whether a running dnsmasq has hosts with tags, which ports with extra options have. After such a one was served,
 * dnsmasq 2.90 (Debian 12) dies of the first request that follows a SIGHUP, so it is started anew instead.
 */
const servesTagged = (hosts: string): boolean => hosts.includes('set:port-');

/**
 * Writes dnsmasq's files and sees that it runs with them. A running one with the right command line is kept, whoever
 * started it, and told to read its files when they changed; `distrust` tells it in any case, because an agent that
 * was killed may have written files and not said so.
 */
export async function runDnsmasq(
  served: ServedNetwork,
  settings: DhcpSettings,
  log: Log,
  distrust: boolean,
): Promise<RunningDnsmasq> {
  const { network, device } = served;
  const files = networkFiles(settings, network.id);
  const wanted = dnsmasqProcess(network.id, dnsmasqCommand(network, settings), settings);
  makeFolder(files.directory);
  if (settings.logDirectory !== null) makeFolder(`${settings.logDirectory}/${network.id}`);
  const found = observeProcess(wanted);
  if (found.state !== 'absent') await releaseStale(network, device, settings, log);
  if (found.state === 'differs') await stopProcess(wanted);
  replaceFile(files.interface, device);
  const diesOfReload = servesTagged(readFileIfAny(files.host) ?? '');
  const contents = contentsOf(served, settings);
  const written = contents.map(([path, content]) => replaceFile(path, content));
  const changed = [...written, letThrough(closedPaths(network.id, settings))].includes(true);
  const mustRead = changed || distrust;
  const running = { process: wanted, contents };
  if (found.state === 'running' && !(mustRead && diesOfReload)) {
    if (mustRead) signal(found.pid, 'SIGHUP');
    return running;
  }
  if (found.state === 'running') await stopProcess(wanted);
  const leases = readFileIfAny(files.leases) ?? '';
  replaceFile(files.leases, leasesFile(network, settings, leases, Date.now() / 1000));
  const { pid } = await ensureRunning(wanted);
  log.info(`dnsmasq of network ${network.id} runs as process ${pid}`);
  return running;
}

function contentsOf({ network, port }: ServedNetwork, settings: DhcpSettings): RunningDnsmasq['contents'] {
  const files = networkFiles(settings, network.id);
  return [
    [files.host, hostFile(network, settings)],
    [files.addnHosts, addnHostsFile(network, settings)],
    [files.opts, optsFile(network, port, settings)],
  ];
}

/** What running it again would put right. Only reads. */
export const compareDnsmasq = (
  networkId: string,
  { process, contents }: RunningDnsmasq,
  settings: DhcpSettings,
): Difference[] => [
  ...compareProcess(process),
  ...contents.flatMap(([path, content]) => compareFile(path, content)),
  ...closedPaths(networkId, settings).map(({ path }) =>
    unset(`${path} readable by all, as dnsmasq is nobody`),
  ),
];

const releaseTries = 3;
const releaseWaitMilliseconds = 300;

/** Whether a network's dnsmasq runs, and the addresses that its files give to a MAC. */
export function servedAddresses(
  networkId: string,
  mac: string,
  settings: DhcpSettings,
): { running: boolean; addresses: readonly string[] } {
  const { state } = observeProcess(dnsmasqProcess(networkId, [], settings));
  const hosts = readFileIfAny(networkFiles(settings, networkId).host) ?? '';
  const lines = hosts.split('\n').filter((line) => line.split(',')[0] === mac);
  const addresses = lines.flatMap((line) => line.split(',').filter((field) => isAddress(field)));
  return {
    running: state !== 'absent',
    addresses: addresses.map((address) => address.replaceAll(/[[\]]/g, '')),
  };
}

const isAddress = (field: string): boolean => parseAddress(field.replaceAll(/[[\]]/g, '')) !== undefined;

/** Releases leases nobody stands for any more, and looks whether dnsmasq heeded it: the messages are UDP. */
async function releaseStale(
  network: DhcpNetwork,
  device: string,
  settings: DhcpSettings,
  log: Log,
): Promise<void> {
  const files = networkFiles(settings, network.id);
  const hostFileBefore = readFileIfAny(files.host) ?? '';
  const netns = dhcpNamespace(network.id);
  for (let tries = 0; ; tries += 1) {
    const { leases, serverId } = readLeases(readFileIfAny(files.leases) ?? '');
    const stale = staleLeases(leases, network.ports, hostFileBefore);
    if (stale.length === 0) return;
    if (tries === releaseTries) {
      const addresses = stale.map((lease) => lease.address).join(', ');
      log.warning(
        `dnsmasq of network ${network.id} keeps the leases of ${addresses} after ${tries} releases`,
      );
      return;
    }
    for (const lease of stale)
      await releaseLease({ netns, device }, lease, serverId).catch((error: unknown) =>
        log.warning(
          `Cannot release the lease of ${lease.address} on network ${network.id}: ${reasonOf(error)}`,
        ),
      );
    await sleep(releaseWaitMilliseconds);
  }
}

/** Ends the network's dnsmasq. Its files stay until `forgetNetwork`: they tell a restarted agent what is left to do. */
export const endDnsmasq = (networkId: string, settings: DhcpSettings): Promise<void> =>
  stopProcess(dnsmasqProcess(networkId, [], settings));

export const forgetNetwork = (networkId: string, settings: DhcpSettings): void =>
  rmSync(networkFiles(settings, networkId).directory, { recursive: true, force: true });

interface ClosedPath {
  readonly path: string;
  /** The mode that it should have. */
  readonly mode: number;
}

/** dnsmasq reads its files as nobody: they, and every directory on the way, must let it through. */
function closedPaths(networkId: string, settings: DhcpSettings): readonly ClosedPath[] {
  const { directory, host, addnHosts, opts } = networkFiles(settings, networkId);
  return [
    ...[...directoriesOf(settings), directory].map((path) => ({ path, mode: 0o755 })),
    ...[host, addnHosts, opts].map((path) => ({ path, mode: 0o644 })),
  ].filter(({ path, mode }) => {
    const now = statSync(path, { throwIfNoEntry: false })?.mode;
    return now !== undefined && (now & mode & 0o005) !== (mode & 0o005);
  });
}

/** Whether there was anything to open. */
function letThrough(closed: readonly ClosedPath[]): boolean {
  for (const { path, mode } of closed) chmodSync(path, mode);
  return closed.length > 0;
}

const directoriesOf = ({ confsDirectory }: DhcpSettings) => [dirname(confsDirectory), confsDirectory];

export function openDirectories(settings: DhcpSettings): void {
  makeFolder(settings.confsDirectory);
  makeFolder(settings.proxy.externalPids);
  for (const directory of directoriesOf(settings)) chmodSync(directory, 0o755);
}

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { compareFile, replaceFile } from './atomicFile.ts';
import type { Difference } from './difference.ts';
import {
  compareProcess,
  type ExternalProcess,
  ensureRunning,
  observeProcess,
  signal,
  stopProcess,
} from './externalProcess.ts';
import { ownerOf } from './owner.ts';
import { userName } from './users.ts';

/** An IPv6 subnet on a router's device, as hosts there learn of it by router advertisements. */
export interface AdvertisedSubnet {
  readonly cidr: string;
  /** How hosts get their addresses; of a subnet with null nothing is said but that the router is there. */
  readonly mode: 'slaac' | 'dhcpv6-stateless' | 'dhcpv6-stateful' | null;
  readonly dnsServers: readonly string[];
}

export interface AdvertisedDevice {
  readonly name: string;
  readonly mtu: number;
  readonly subnets: readonly AdvertisedSubnet[];
}

export interface RadvdSettings {
  /** Directory of configurations, option ra_confs. */
  readonly confs: string;
  readonly externalPids: string;
  /** Option radvd_user; empty for the owner of that directory. */
  readonly user: string;
  readonly minSeconds: number;
  readonly maxSeconds: number;
}

const LEAST_MTU = 1280;
const MOST_DNS_SERVERS = 3;

const prefixBlock = (cidr: string, autonomous: boolean): string => `
   prefix ${cidr}
   {
        AdvOnLink on;
        AdvAutonomous ${autonomous ? 'on' : 'off'};
   };
   `;

function deviceBlock({ name, mtu, subnets }: AdvertisedDevice, settings: RadvdSettings): string {
  const of = (...modes: AdvertisedSubnet['mode'][]) => subnets.filter(({ mode }) => modes.includes(mode));
  const servers = of('slaac')
    .flatMap(({ dnsServers }) => dnsServers)
    .slice(0, MOST_DNS_SERVERS);
  const blocks = [
    ...(mtu >= LEAST_MTU ? [`\n   AdvLinkMTU ${mtu};\n   `] : []),
    ...(of('dhcpv6-stateless').length > 0 ? ['\n   AdvOtherConfigFlag on;\n   '] : []),
    ...(of('dhcpv6-stateful').length > 0 ? ['\n   AdvManagedFlag on;\n   '] : []),
    ...(servers.length > 0 ? [`\n   RDNSS ${servers.map((server) => ` ${server} `).join('')} {};\n   `] : []),
    ...of('slaac', 'dhcpv6-stateless').map(({ cidr }) => prefixBlock(cidr, true)),
    ...of('dhcpv6-stateful').map(({ cidr }) => prefixBlock(cidr, false)),
  ];
  return `interface ${name}
{
   AdvSendAdvert on;
   MinRtrAdvInterval ${settings.minSeconds};
   MaxRtrAdvInterval ${settings.maxSeconds};${blocks.join('')}

   route fe80::a9fe:a9fe/128 {
   };
};`;
}

/** The configuration, byte for byte as Neutron's L3 agent writes it. Pure. */
export const radvdConfig = (devices: readonly AdvertisedDevice[], settings: RadvdSettings): string =>
  devices.map((device) => deviceBlock(device, settings)).join('');

/**
 * Runs a router's radvd with this configuration: starts it, or has the one that runs read what changed. Returns the
 * process, to be watched.
 */
export async function ensureRadvd(
  router: string,
  netns: string,
  devices: readonly AdvertisedDevice[],
  settings: RadvdSettings,
): Promise<ExternalProcess> {
  const wanted = processOf(router, settings, netns);
  // radvd refuses a file that its user could write.
  const changed = replaceFile(configFile(router, settings), radvdConfig(devices, settings), 0o444);
  const found = observeProcess(wanted);
  if (found.state === 'absent' || found.elsewhere) await ensureRunning(wanted);
  else if (changed) signal(found.pid, 'SIGHUP');
  return wanted;
}

/** What `ensureRadvd` would put right. Only reads. */
export const compareRadvd = (
  router: string,
  netns: string,
  devices: readonly AdvertisedDevice[],
  settings: RadvdSettings,
): Difference[] => [
  // One that runs is kept, whatever its command line.
  ...compareProcess(processOf(router, settings, netns)).filter(
    ({ what }) => !what.startsWith('command line'),
  ),
  ...compareFile(configFile(router, settings), radvdConfig(devices, settings)),
];

/** Ends a router's radvd and removes its files; hosts are told that the router goes. One that does not run is fine. */
export async function stopRadvd(router: string, settings: RadvdSettings): Promise<void> {
  await stopProcess(processOf(router, settings, undefined));
  rmSync(configFile(router, settings), { force: true });
}

const configFile = (router: string, { confs }: RadvdSettings) => join(confs, `${router}.radvd.conf`);

function processOf(router: string, settings: RadvdSettings, netns: string | undefined): ExternalProcess {
  const config = configFile(router, settings);
  const pidFile = join(settings.externalPids, `${router}.pid.radvd`);
  const user =
    settings.user === 'root' ? [] : ['-u', userName(settings.user || String(ownerOf(settings.confs).uid))];
  return {
    name: `radvd of router ${router}`,
    command: ['radvd', '-C', config, '-p', pidFile, '-m', 'syslog', ...user],
    pidFile,
    mark: config,
    netns,
  };
}

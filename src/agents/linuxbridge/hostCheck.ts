import { brNetfilterMissing } from '../../health/catalogue/kernel.ts';
import {
  localIpMissing,
  mappedBridgeMissing,
  mappedNicIsBridge,
  mappedNicMissing,
} from '../../health/catalogue/nics.ts';
import type { Finding, Where } from '../../health/finding.ts';
import { oneLine } from '../../health/render.ts';
import type { Difference } from '../../linux/difference.ts';
import type { Link } from '../../linux/links.ts';
import { nicFindings } from '../../linux/mappedCards.ts';
import type { Mapping } from '../../linux/mappings.ts';
import { run } from '../../linux/process.ts';
import { compareSysctls, readSysctl, writeSysctls } from '../../linux/sysctl.ts';
import type { Log } from '../../log/log.ts';
import { type Settings, UnusableSettings } from './settings.ts';
import { type Host, observeHost } from './wiring/host.ts';

/** Problems of a host with which the agent does not start; with others it does what it can. */
const STOPPING: readonly string[] = [
  mappedNicMissing,
  mappedNicIsBridge,
  mappedBridgeMissing,
  localIpMissing,
].map(({ code }) => code);

/** Looks at start whether this host has what the configuration names. Throws UnusableSettings. */
export async function checkHost(settings: Settings): Promise<{ agentId: string }> {
  const host = await observeHost();
  const stopping = hostFindings(settings, host).filter(({ code }) => STOPPING.includes(code));
  if (stopping.length > 0) throw new UnusableSettings(...stopping);
  return { agentId: agentId(settings, host.links) };
}

const mappingsOf = (devices: ReadonlyMap<string, string>): Mapping[] =>
  [...devices].map(([physicalNetwork, device]) => ({ physicalNetwork, device }));

/** What of the configuration this host does not bear out, now. */
export function hostFindings(
  settings: Pick<Settings, 'interfaces' | 'bridges' | 'vxlan' | 'firewall'>,
  { links, addresses }: Pick<Host, 'links' | 'addresses'>,
  where: Where = {},
): readonly Finding[] {
  const mappings = { nics: mappingsOf(settings.interfaces), bridges: mappingsOf(settings.bridges) };
  const localIp = settings.vxlan?.localIp;
  const own = addresses.map(({ cidr }) => cidr.split('/')[0]!);
  const present = own.filter((_, at) => addresses[at]!.device !== 'lo' && addresses[at]!.scope === 'global');
  return [
    ...nicFindings(mappings, links, (device) => links.get(device)?.carrier, where),
    ...(localIp === undefined || own.includes(localIp)
      ? []
      : [localIpMissing.found({ localIp, present }, where)]),
    ...(settings.firewall === 'noop' || filteringIsOffered() ? [] : [brNetfilterMissing.found({}, where)]),
  ];
}

/** 'lb' and the MAC of the first mapped bridge, else of the first device that has one. */
export function agentId(settings: Settings, links: ReadonlyMap<string, Link>): string {
  const [bridge] = settings.bridges.values();
  const candidates = bridge === undefined ? [...links.values()] : [links.get(bridge)];
  const link = candidates.find((one) => one && one.name !== 'lo' && one.mac.length === 17);
  return `lb${(link?.mac ?? '').replaceAll(':', '')}`;
}

const SWITCHES = ['arptables', 'ip6tables', 'iptables'].map((tool) => `net/bridge/bridge-nf-call-${tool}`);

/** Bridged packets pass iptables. */
const FILTERED = Object.fromEntries(SWITCHES.map((name) => [name, 1]));

const filteringIsOffered = () => SWITCHES.every((name) => readSysctl(name) !== undefined);

/** The switches by which bridged packets bypass the packet filters; none where this kernel lacks them. */
export const compareBridgeFiltering = (): readonly Difference[] => compareSysctls(FILTERED);

/**
 * Makes bridged packets pass iptables, without which security groups silently do nothing. Returns false, and says
 * what to do, when this kernel does not offer it.
 */
export async function enableBridgeFiltering(log: Log): Promise<boolean> {
  if (!filteringIsOffered())
    await run(['modprobe', 'br_netfilter'], { allowed: [0, 1] }).catch(() => undefined);
  if (!filteringIsOffered()) {
    log.error(oneLine(brNetfilterMissing.found({})));
    return false;
  }
  const changed = writeSysctls(FILTERED);
  if (changed.length > 0)
    log.info(`Bridged packets pass the packet filters now; set to 1: ${changed.join(', ')}`);
  return true;
}

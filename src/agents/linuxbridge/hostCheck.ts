import { listAddresses } from '../../linux/addresses.ts';
import type { Difference } from '../../linux/difference.ts';
import type { Link } from '../../linux/links.ts';
import { listLinks } from '../../linux/links.ts';
import { run } from '../../linux/process.ts';
import { compareSysctls, readSysctl, writeSysctls } from '../../linux/sysctl.ts';
import type { Log } from '../../log/log.ts';
import { type Settings, UnusableSettings } from './settings.ts';

/** Looks at start whether this host has what the configuration names. Throws UnusableSettings. */
export async function checkHost(settings: Settings): Promise<{ agentId: string }> {
  const links = await listLinks();
  checkDevices(settings, links);
  const { vxlan } = settings;
  if (vxlan && !(await ownsAddress(vxlan.localIp))) {
    throw new UnusableSettings(
      `[vxlan] local_ip = ${vxlan.localIp} is on no interface of this host. Set it to one of this host's addresses (\`ip address\` lists them) and start the agent again.`,
    );
  }
  return { agentId: agentId(settings, links) };
}

/** Checks the devices that the mappings name. */
export function checkDevices(settings: Settings, links: ReadonlyMap<string, Link>): void {
  for (const [network, device] of settings.interfaces) {
    const link = links.get(device);
    if (!link) {
      throw new UnusableSettings(
        `[linux_bridge] physical_interface_mappings: the interface ${device} of physical network ${network} does not exist on this host. \`ip link\` lists those that do.`,
      );
    }
    if (link.kind === 'bridge') {
      throw new UnusableSettings(
        `[linux_bridge] physical_interface_mappings: ${device} of physical network ${network} is a bridge device itself. Name the NIC, or map the bridge by bridge_mappings = ${network}:${device}.`,
      );
    }
  }
  for (const [network, device] of settings.bridges) {
    if (links.get(device)?.kind !== 'bridge') {
      throw new UnusableSettings(
        `[linux_bridge] bridge_mappings: the bridge ${device} of physical network ${network} does not exist on this host. Make it first (\`ip link add ${device} type bridge\`), or map a NIC by physical_interface_mappings.`,
      );
    }
  }
}

const ownsAddress = async (address: string) =>
  (await listAddresses()).some(({ cidr }) => cidr.split('/')[0] === address);

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
    log.error(
      'Security groups do nothing on this host: the kernel module br_netfilter is not loaded and cannot be loaded. Run `modprobe br_netfilter` and start the agent again.',
    );
    return false;
  }
  const changed = writeSysctls(FILTERED);
  if (changed.length > 0)
    log.info(`Bridged packets pass the packet filters now; set to 1: ${changed.join(', ')}`);
  return true;
}

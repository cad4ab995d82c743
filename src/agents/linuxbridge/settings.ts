import type { Config } from '../../config/option.ts';
import { l2Agent, linuxBridge, securitygroup, vxlan } from '../../config/options/index.ts';

export interface VxlanSettings {
  readonly localIp: string;
  /** True: peers come from l2population's messages. False: a multicast group finds them. */
  readonly l2population: boolean;
  readonly arpResponder: boolean;
  readonly group: string;
  readonly multicastRanges: readonly string[];
  readonly port: number | null;
  readonly sourcePorts: readonly [number, number];
  readonly ttl: number | null;
  /** Value of the outer header's TOS field; 'inherit' copies the inner one. */
  readonly tos: number | 'inherit' | null;
}

export interface Settings {
  /** physical network → NIC that the agent puts into a bridge of its own making. */
  readonly interfaces: ReadonlyMap<string, string>;
  /** physical network → bridge that the operator made. */
  readonly bridges: ReadonlyMap<string, string>;
  readonly vxlan: VxlanSettings | undefined;
  readonly firewall: 'iptables' | 'noop';
  readonly ipset: boolean;
  readonly comments: boolean;
}

/** A configuration with which this agent cannot run; the text tells the operator what to change. */
export class UnusableSettings extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'UnusableSettings';
  }
}

const FIREWALLS: Readonly<Record<string, 'iptables' | 'noop'>> = {
  iptables: 'iptables',
  'neutron.agent.linux.iptables_firewall.IptablesFirewallDriver': 'iptables',
  iptables_hybrid: 'iptables',
  'neutron.agent.linux.iptables_firewall.OVSHybridIptablesFirewallDriver': 'iptables',
  noop: 'noop',
  'neutron.agent.firewall.NoopFirewallDriver': 'noop',
};

/** Reads what the agent needs from the configuration. Throws UnusableSettings. */
export function readSettings(config: Config, comments: boolean): Settings {
  const bridgeOptions = config.group(linuxBridge);
  const groups = config.group(securitygroup);
  return {
    interfaces: readMappings('physical_interface_mappings', bridgeOptions.physical_interface_mappings),
    bridges: readMappings('bridge_mappings', bridgeOptions.bridge_mappings),
    vxlan: readVxlan(config),
    firewall: groups.enable_security_group ? readFirewall(groups.firewall_driver) : 'noop',
    ipset: groups.enable_ipset,
    comments,
  };
}

function readFirewall(name: string | null): 'iptables' | 'noop' {
  if (name === null || name === '') return 'noop';
  const driver = FIREWALLS[name];
  if (driver) return driver;
  throw new UnusableSettings(
    `[securitygroup] firewall_driver = ${name} is no driver of the Linux bridge agent. Use "iptables" or "noop".`,
  );
}

function readVxlan(config: Config): VxlanSettings | undefined {
  const options = config.group(vxlan);
  if (!options.enable_vxlan) return undefined;
  if (options.local_ip === null) {
    throw new UnusableSettings(
      '[vxlan] enable_vxlan is on but local_ip is not set. Set local_ip to the address of this host that the other hosts reach, or set enable_vxlan = False.',
    );
  }
  const agent = config.group(l2Agent);
  const dscp = agent.dscp === null ? null : agent.dscp << 2;
  return {
    localIp: options.local_ip,
    l2population: options.l2_population,
    arpResponder: options.l2_population && options.arp_responder,
    group: options.vxlan_group ?? '',
    multicastRanges: options.multicast_ranges,
    port: options.udp_dstport,
    sourcePorts: [options.udp_srcport_min, options.udp_srcport_max],
    ttl: options.ttl,
    tos: agent.dscp_inherit ? 'inherit' : (dscp ?? options.tos),
  };
}

/** Reads 'physnet:device' pairs. */
function readMappings(option: string, pairs: readonly string[]): ReadonlyMap<string, string> {
  const mappings = new Map<string, string>();
  for (const pair of pairs) {
    const [network, device, ...rest] = pair.split(':').map((part) => part.trim());
    if (!network || !device || rest.length > 0) {
      throw new UnusableSettings(
        `[linux_bridge] ${option}: "${pair}" is not of the form PHYSICAL_NETWORK:DEVICE, such as public:eno1.`,
      );
    }
    if (mappings.has(network)) {
      throw new UnusableSettings(`[linux_bridge] ${option} names the physical network "${network}" twice.`);
    }
    if ([...mappings.values()].includes(device)) {
      throw new UnusableSettings(`[linux_bridge] ${option} names the device "${device}" twice.`);
    }
    mappings.set(network, device);
  }
  return mappings;
}

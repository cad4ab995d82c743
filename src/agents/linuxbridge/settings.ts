import { networkInterfaces } from 'node:os';
import type { Config } from '../../config/option.ts';
import {
  agentExtensions,
  agentQos,
  l2Agent,
  linuxBridge,
  securitygroup,
  vxlan,
} from '../../config/options/index.ts';
import { localIpUnset } from '../../health/catalogue/nics.ts';
import { driverUnsuited } from '../../health/catalogue/settings.ts';
import type { Finding } from '../../health/finding.ts';
import { oneLine } from '../../health/render.ts';
import { mappingFindings, readablePairs } from '../../linux/mappings.ts';
import type { Tuning } from './qos/plan.ts';

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
  /** Of the extension qos; absent when it is not loaded. */
  readonly qos: Tuning | undefined;
}

/** A configuration with which this agent cannot run; the text tells the operator what to change. */
export class UnusableSettings extends Error {
  constructor(...findings: readonly Finding[]) {
    super(findings.map(oneLine).join('; also: '));
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
    qos: readQos(config),
  };
}

/** The extensions of [agent] extensions that this agent has. */
export const EXTENSIONS = ['qos'];

function readQos(config: Config): Tuning | undefined {
  if (!config.group(agentExtensions).extensions.includes('qos')) return undefined;
  const { kernel_hz: hz, tbf_latency: latencyMilliseconds } = config.group(agentQos);
  return { hz, latencyMilliseconds };
}

function readFirewall(name: string | null): 'iptables' | 'noop' {
  if (name === null || name === '') return 'noop';
  const driver = FIREWALLS[name];
  if (driver) return driver;
  throw new UnusableSettings(
    driverUnsuited.found({
      program: 'neutron-linuxbridge-agent',
      option: '[securitygroup] firewall_driver',
      value: name,
      right: 'iptables',
      file: '/etc/neutron/plugins/ml2/linuxbridge_agent.ini',
    }),
  );
}

/** Addresses by which others may reach this host. */
const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((all = []) =>
    all.filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address),
  );

function readVxlan(config: Config): VxlanSettings | undefined {
  const options = config.group(vxlan);
  if (!options.enable_vxlan) return undefined;
  if (options.local_ip === null) {
    throw new UnusableSettings(localIpUnset.found({ present: ownAddresses() }));
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
  const wrong = mappingFindings(option, pairs, {});
  if (wrong.length > 0) throw new UnusableSettings(...wrong);
  return new Map(readablePairs(pairs).map(({ physicalNetwork, device }) => [physicalNetwork, device]));
}

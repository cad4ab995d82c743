import type { Config } from '../../config/option.ts';
import { agent, agentExtensions, interfaces, l3Agent, logging } from '../../config/options/index.ts';
import type { ProxySettings } from '../../linux/haproxy.ts';
import type { RadvdSettings } from '../../linux/radvd.ts';
import { cidrContains } from '../../net/cidr.ts';
import { missingExtensions } from '../runtime/extensions.ts';
import { proxySettings } from '../runtime/proxySettings.ts';
import type { FirewallSettings } from './firewall.ts';
import type { VrrpSettings } from './ha/vrrp.ts';
import { EXTENSION } from './portForwarding.ts';

/** What the L3 agent takes from its configuration files. */
export interface L3Settings {
  readonly firewall: FirewallSettings;
  readonly proxy: ProxySettings;
  readonly vrrp: VrrpSettings;
  readonly radvd: RadvdSettings;
  /** Link-local address of the IPv6 gateway outside, where a router's subnets name none. */
  readonly ipv6Gateway: string;
  readonly agentMode: string;
  /** [agent] extensions. */
  readonly extensions: readonly string[];
  readonly internalOnly: boolean;
  readonly interfaceDriver: string;
  readonly availabilityZone: string;
  readonly logHeartbeats: boolean;
  /** [agent] check_child_processes_interval. */
  readonly checkSeconds: number;
}

/** @throws Error when the configuration cannot be meant so */
export function l3Settings(config: Config): L3Settings {
  const l3 = config.group(l3Agent);
  if (l3.ipv6_gateway !== '' && !cidrContains('fe80::/10', l3.ipv6_gateway)) {
    throw new Error(
      `${l3.ipv6_gateway} used in config as ipv6_gateway is not a valid IPv6 link-local address.`,
    );
  }
  const shared = config.group(agent);
  const port = config.group(interfaces);
  return {
    firewall: {
      metadataPort: l3.metadata_port,
      metadataMark: l3.metadata_access_mark,
      ingressMark: l3.external_ingress_mark,
      metadata: l3.enable_metadata_proxy,
      randomFully: shared.use_random_fully,
    },
    proxy: proxySettings(config),
    vrrp: {
      root: l3.ha_confs_path,
      advertSeconds: l3.ha_vrrp_advert_int,
      authentication: l3.ha_vrrp_auth_password
        ? { type: l3.ha_vrrp_auth_type, password: l3.ha_vrrp_auth_password }
        : undefined,
      noTrack: l3.keepalived_use_no_track,
      healthCheckSeconds: l3.ha_vrrp_health_check_interval,
      debug: config.group(logging).debug,
    },
    radvd: {
      confs: l3.ra_confs,
      externalPids: port.external_pids,
      user: l3.radvd_user,
      minSeconds: l3.min_rtr_adv_interval,
      maxSeconds: l3.max_rtr_adv_interval,
    },
    ipv6Gateway: l3.ipv6_gateway,
    agentMode: l3.agent_mode,
    extensions: config.group(agentExtensions).extensions,
    internalOnly: l3.handle_internal_only_routers,
    interfaceDriver: port.interface_driver ?? '',
    availabilityZone: shared.availability_zone,
    logHeartbeats: shared.log_agent_heartbeats,
    checkSeconds: shared.check_child_processes_interval,
  };
}

/** What of the configuration this agent does not do as it says. */
export function problemsOf({ agentMode, extensions, vrrp }: L3Settings): string[] {
  const fast = !Number.isInteger(vrrp.advertSeconds);
  return [
    ...missingExtensions(extensions, [EXTENSION]),
    ...(agentMode === 'legacy'
      ? []
      : [
          `agent_mode = ${agentMode} needs Open vSwitch, and this agent works on Linux bridges: it works as legacy, ` +
            'so distributed routers are not served',
        ]),
    ...(fast && vrrp.authentication
      ? [
          `ha_vrrp_auth_password is not used: ha_vrrp_advert_int = ${vrrp.advertSeconds} asks for VRRP 3, which has no ` +
            'authentication; whole seconds use VRRP 2',
        ]
      : []),
  ];
}

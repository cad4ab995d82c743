import type { Config } from '../../config/option.ts';
import { agent, core, interfaces, l3Agent, logging } from '../../config/options/index.ts';
import type { ProxySettings } from '../../linux/haproxy.ts';
import type { FirewallSettings } from './firewall.ts';

/** What the L3 agent takes from its configuration files. */
export interface L3Settings {
  readonly firewall: FirewallSettings;
  readonly proxy: ProxySettings;
  readonly internalOnly: boolean;
  readonly interfaceDriver: string;
  readonly availabilityZone: string;
  readonly logHeartbeats: boolean;
  /** [agent] check_child_processes_interval. */
  readonly checkSeconds: number;
}

export function l3Settings(config: Config): L3Settings {
  const l3 = config.group(l3Agent);
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
    proxy: {
      statePath: config.group(core).state_path,
      externalPids: port.external_pids,
      socket: port.metadata_proxy_socket,
      user: port.metadata_proxy_user,
      group: port.metadata_proxy_group,
      debug: config.group(logging).debug,
    },
    internalOnly: l3.handle_internal_only_routers,
    interfaceDriver: port.interface_driver ?? '',
    availabilityZone: shared.availability_zone,
    logHeartbeats: shared.log_agent_heartbeats,
    checkSeconds: shared.check_child_processes_interval,
  };
}

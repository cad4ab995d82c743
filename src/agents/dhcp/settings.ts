import { join } from 'node:path';
import type { Config } from '../../config/option.ts';
import { agent, core, dhcpAgent, interfaces } from '../../config/options/index.ts';
import type { ProxySettings } from '../../linux/haproxy.ts';
import { proxySettings } from '../runtime/proxySettings.ts';

/** What the DHCP agent takes from its configuration. */
export interface DhcpSettings {
  readonly confsDirectory: string;
  readonly leaseSeconds: number;
  readonly leaseMax: number;
  readonly renewalSeconds: number;
  readonly rebindingSeconds: number;
  readonly dnsDomain: string;
  readonly dnsServers: readonly string[];
  readonly localResolv: boolean;
  readonly configFile: string;
  readonly logDirectory: string | null;
  readonly broadcastReply: boolean;
  readonly mergeIpv6Addresses: boolean;
  readonly isolatedMetadata: boolean;
  readonly forceMetadata: boolean;
  readonly metadataNetwork: boolean;
  readonly parallel: number;
  readonly reloadSeconds: number;
  readonly resyncSeconds: number;
  readonly driver: string;
  readonly interfaceDriver: string | null;
  readonly availabilityZone: string;
  readonly logHeartbeats: boolean;
  readonly checkSeconds: number;
  readonly exitOnDeath: boolean;
  readonly proxy: ProxySettings;
}

export function dhcpSettings(config: Config): DhcpSettings {
  const dhcp = config.group(dhcpAgent);
  const common = config.group(core);
  const shared = config.group(agent);
  return {
    confsDirectory: dhcp.dhcp_confs,
    leaseSeconds: common.dhcp_lease_duration,
    leaseMax: dhcp.dnsmasq_lease_max,
    renewalSeconds: dhcp.dhcp_renewal_time,
    rebindingSeconds: dhcp.dhcp_rebinding_time,
    dnsDomain: common.dns_domain,
    dnsServers: dhcp.dnsmasq_dns_servers,
    localResolv: dhcp.dnsmasq_local_resolv,
    configFile: dhcp.dnsmasq_config_file.trim() || '/dev/null',
    logDirectory: dhcp.dnsmasq_base_log_dir,
    broadcastReply: dhcp.dhcp_broadcast_reply,
    mergeIpv6Addresses: dhcp.dnsmasq_enable_addr6_list,
    isolatedMetadata: dhcp.enable_isolated_metadata,
    forceMetadata: dhcp.force_metadata,
    metadataNetwork: dhcp.enable_metadata_network,
    parallel: dhcp.num_sync_threads,
    reloadSeconds: dhcp.bulk_reload_interval,
    resyncSeconds: dhcp.resync_interval,
    driver: dhcp.dhcp_driver,
    interfaceDriver: config.group(interfaces).interface_driver,
    availabilityZone: shared.availability_zone,
    logHeartbeats: shared.log_agent_heartbeats,
    checkSeconds: shared.check_child_processes_interval,
    exitOnDeath: shared.check_child_processes_action === 'exit',
    proxy: proxySettings(config),
  };
}

/** The files of one network's dnsmasq. */
export interface NetworkFiles {
  readonly directory: string;
  readonly pid: string;
  readonly host: string;
  readonly addnHosts: string;
  readonly opts: string;
  readonly leases: string;
  readonly interface: string;
}

export function networkFiles(
  settings: Pick<DhcpSettings, 'confsDirectory'>,
  networkId: string,
): NetworkFiles {
  const directory = join(settings.confsDirectory, networkId);
  const file = (name: string) => join(directory, name);
  return {
    directory,
    pid: file('pid'),
    host: file('host'),
    addnHosts: file('addn_hosts'),
    opts: file('opts'),
    leases: file('leases'),
    interface: file('interface'),
  };
}

import type { Config } from '../../../config/option.ts';
import { core, ml2 } from '../../../config/options/index.ts';
import type { Log } from '../../../log/log.ts';
import { DEFAULT_DOMAIN } from '../../../resources/validators/dns.ts';
import { unservedPlugins } from '../../db/unserved.ts';
import { type QosDrivers, qosDrivers } from '../qos/drivers.ts';
import { hasPlugin } from './loaded.ts';

/** What ML2's extension drivers add to networks, subnets and ports; what is not loaded is neither kept nor shown. */
export interface ExtensionDrivers {
  readonly dns: DnsNames | undefined;
  readonly deviceProfile: boolean;
  readonly numaAffinity: boolean;
  /** What applies the QoS policies that networks and ports have; absent without the driver qos or its service plugin. */
  readonly qos: QosDrivers | undefined;
  /** Whether new ports get the tags that their request names. */
  readonly tagsOnCreate: boolean;
}

/** Names of ports and domains of networks: drivers dns, dns_domain_ports and those that are more. */
export interface DnsNames {
  /** Option dns_domain with its closing dot; empty when there is none. */
  readonly domain: string;
  /** Whether ports have names of their own: not with the default domain. */
  readonly ownNames: boolean;
  /** Whether ports have a domain of their own. */
  readonly portDomains: boolean;
  /** Whether subnets say that their addresses are to be published. */
  readonly publishFixedIp: boolean;
}

const DNS = ['dns', 'dns_domain_ports', 'subnet_dns_publish_fixed_ip', 'dns_domain_keywords'];

/** Says at start that names are not published outside, where the configuration wants that. */
export function warnOfExternalDns(config: Config, log: Pick<Log, 'warning'>): void {
  const { external_dns_driver: wanted } = config.group(core);
  if (!wanted) return;
  log.warning(
    `[DEFAULT] external_dns_driver = ${wanted} has no effect: names of ports and floating IPs are not published in an external DNS service. Names of ports are answered by the DHCP agents of their networks.`,
  );
}

/** Tells, at the server's start, of plugins that Python Neutron has and that are not here. */
export function warnOfPlugins(config: Config, log: Pick<Log, 'warning'>): void {
  for (const { plugin, what, consequence } of unservedPlugins(config.group(core).service_plugins)) {
    log.warning(
      `[DEFAULT] service_plugins has ${plugin[0]}, which is not here: ${what} are not served, and ${consequence}.`,
    );
  }
}

/** What the drivers of [ml2] extension_drivers add. */
export function extensionDrivers(config: Config): ExtensionDrivers {
  const loaded = config.group(ml2).extension_drivers;
  const option = config.group(core).dns_domain.replace(/\.$/, '');
  const has = (names: readonly string[]) => names.some((name) => loaded.includes(name));
  return {
    dns: has(DNS)
      ? {
          domain: option === '' ? '' : `${option}.`,
          ownNames: option !== '' && option !== DEFAULT_DOMAIN,
          portDomains: has(DNS.slice(1)),
          publishFixedIp: has(DNS.slice(2)),
        }
      : undefined,
    deviceProfile: has(['port_device_profile']),
    numaAffinity: has(['port_numa_affinity_policy']),
    qos: has(['qos']) && hasPlugin(config, 'qos') ? qosDrivers(config) : undefined,
    tagsOnCreate: has(['tag_ports_during_bulk_creation']),
  };
}

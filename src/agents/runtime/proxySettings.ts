import type { Config } from '../../config/option.ts';
import { core, interfaces, logging } from '../../config/options/index.ts';
import type { ProxySettings } from '../../linux/haproxy.ts';

/** What an agent's metadata proxies take from its configuration. */
export function proxySettings(config: Config): ProxySettings {
  const port = config.group(interfaces);
  return {
    statePath: config.group(core).state_path,
    externalPids: port.external_pids,
    socket: port.metadata_proxy_socket,
    user: port.metadata_proxy_user,
    group: port.metadata_proxy_group,
    debug: config.group(logging).debug,
  };
}

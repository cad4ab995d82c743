import { existsSync, readFileSync } from 'node:fs';
import type { Config } from '../../../config/option.ts';
import { core, dhcpAgent, linuxBridge, ml2 } from '../../../config/options/index.ts';
import { physnetMtuTooLarge } from '../../../health/catalogue/contradictions.ts';
import {
  dnsmasqConfigFileMissing,
  mtuForcedByDnsmasq,
  mtuForcedTooLarge,
} from '../../../health/catalogue/settings.ts';
import { failing, notChecked } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import type { CloudFacts } from '../../../rpc/facts.ts';
import type { DoctorContext } from '../../context.ts';
import { settingOf } from './evidence.ts';
import { checkOfFiles, configIn } from './hostFiles.ts';
import { factsSoon } from './soon.ts';

/** `dhcp-option-force=26,1450`, also with `tag:`s and the option's name. */
const OPTION_26 = /^\s*dhcp-option(?:-force)?\s*=\s*(?:tag:[^,]+,)*(?:26|option:mtu)\s*,\s*(\d+)/;

/** Where a file of dnsmasq gives every machine an MTU. */
export const forcedMtus = (text: string): { line: number; mtu: number }[] =>
  text.split('\n').flatMap((raw, at) => {
    const mtu = OPTION_26.exec(raw)?.[1];
    return mtu === undefined ? [] : [{ line: at + 1, mtu: Number(mtu) }];
  });

/** Networks with DHCP on which packets of this size are too large. */
export const tooSmallFor = (mtu: number, { networks, subnets }: Pick<CloudFacts, 'networks' | 'subnets'>) =>
  networks
    .filter(({ id }) => subnets.some(({ network_id, enable_dhcp }) => network_id === id && enable_dhcp))
    .filter((network) => network.mtu < mtu)
    .map(({ name, id, mtu: carried }) => `${name || id} (${carried})`);

async function dnsmasqFile(dhcp: Config, context: DoctorContext): Promise<Finding[]> {
  const { host } = context;
  const path = dhcp.group(dhcpAgent).dnsmasq_config_file;
  if (path === '') return [];
  const evidence = [settingOf(dhcp, dhcpAgent, 'dnsmasq_config_file')];
  if (!existsSync(path)) return [dnsmasqConfigFileMissing.found({ path }, { host, evidence })];
  const forced = forcedMtus(readFileSync(path, 'utf8'));
  const facts = forced.length > 0 ? await factsSoon(context) : undefined;
  return forced.map((one) => {
    const networks = facts ? tooSmallFor(one.mtu, facts) : [];
    return networks.length > 0
      ? mtuForcedTooLarge.found({ path, ...one, networks }, { host, evidence })
      : mtuForcedByDnsmasq.found({ path, ...one }, { host, evidence });
  });
}

const mtuOf = (device: string): number | undefined => {
  try {
    return Number(readFileSync(`/sys/class/net/${device}/mtu`, 'utf8'));
  } catch {
    return undefined;
  }
};

/** Mapped network cards that carry less than what the configuration says in so many words. */
function cards(server: Config, agent: Config, host: string): Finding[] {
  const { global_physnet_mtu } = server.group(core);
  const isSet = !server.origin('DEFAULT', 'global_physnet_mtu').default;
  const single = new Map(
    server.group(ml2).physical_network_mtus.map((pair) => pair.split(':') as [string, string]),
  );
  return agent.group(linuxBridge).physical_interface_mappings.flatMap((pair) => {
    const [name, device] = pair.split(':').map((word) => word.trim()) as [string, string | undefined];
    const mtu = device === undefined ? undefined : mtuOf(device);
    const own = single.get(name);
    const value = own === undefined ? global_physnet_mtu : Number(own);
    if (device === undefined || mtu === undefined || value <= mtu || (own === undefined && !isSet)) return [];
    const [option, setting] =
      own === undefined
        ? ['global_physnet_mtu', settingOf(server, core, 'global_physnet_mtu')]
        : ['physical_network_mtus', settingOf(server, ml2, 'physical_network_mtus')];
    const evidence = [setting, `${device}: mtu ${mtu}`];
    return [physnetMtuTooLarge.found({ option, value, device, mtu }, { host, evidence })];
  });
}

/** What the configuration says of the size of packets. */
export const packetSizes = checkOfFiles('configuration: MTU', async (files, context) => {
  const { host } = context;
  const server = configIn(files, 'neutron-server');
  const agent = configIn(files, 'neutron-linuxbridge-agent');
  const dhcp = configIn(files, 'neutron-dhcp-agent');
  if (!dhcp && !(server && agent))
    return notChecked('neither the DHCP agent nor the server is configured here');
  return failing(
    [
      ...(dhcp ? await dnsmasqFile(dhcp, context) : []),
      ...(server && agent ? cards(server, agent, host) : []),
    ],
    ...(server ? [settingOf(server, core, 'global_physnet_mtu')] : []),
  );
});

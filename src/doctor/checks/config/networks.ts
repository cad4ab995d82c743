import { nearest } from '../../../config/nearest.ts';
import type { Config } from '../../../config/option.ts';
import { linuxBridge, ml2, ml2Flat, ml2Vlan, ml2Vxlan, vxlan } from '../../../config/options/index.ts';
import { tunnelTypeDisabled } from '../../../health/catalogue/binding.ts';
import {
  l2PopulationOneSided,
  physicalNetworkUnknownHere,
  tenantRangesMissing,
  tenantTypeNotLoaded,
} from '../../../health/catalogue/contradictions.ts';
import { configRangeInvalid, linuxbridgeNotLoaded } from '../../../health/catalogue/settings.ts';
import { failing, notChecked } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { parseRanges, parseVlanRanges } from '../../../server/ml2/types/index.ts';
import type { DoctorContext } from '../../context.ts';
import { settingOf } from './evidence.ts';
import { checkOfFiles, configIn } from './hostFiles.ts';
import { factsSoon } from './soon.ts';

/** What ml2_conf.ini says of the kinds of networks, alone. */
function kinds(server: Config, host: string): Finding[] {
  const {
    tenant_network_types: tenants,
    type_drivers: loaded,
    mechanism_drivers: mechanisms,
  } = server.group(ml2);
  const types = settingOf(server, ml2, 'tenant_network_types');
  const ranges = {
    vxlan: { section: 'ml2_type_vxlan', option: 'vni_ranges', set: server.group(ml2Vxlan).vni_ranges },
    vlan: {
      section: 'ml2_type_vlan',
      option: 'network_vlan_ranges',
      set: server.group(ml2Vlan).network_vlan_ranges.filter((range) => range.includes(':')),
    },
  } as const;
  const isBridged = mechanisms.some((name) => name === 'linuxbridge');
  return [
    ...tenants
      .filter((type) => !loaded.includes(type))
      .map((type) =>
        tenantTypeNotLoaded.found(
          { type, loaded },
          { host, evidence: [types, settingOf(server, ml2, 'type_drivers')] },
        ),
      ),
    ...tenants.flatMap((type) => {
      const range = type === 'vxlan' || type === 'vlan' ? ranges[type] : undefined;
      return range === undefined || range.set.length > 0
        ? []
        : [tenantRangesMissing.found({ type, ...range }, { host, evidence: [types] })];
    }),
    ...(isBridged
      ? []
      : [
          linuxbridgeNotLoaded.found(
            { loaded: mechanisms },
            { host, evidence: [settingOf(server, ml2, 'mechanism_drivers')] },
          ),
        ]),
  ];
}

/** What the Linux bridge agent's own file says of tunnels, against what the server makes. */
function tunnels(server: Config | undefined, agent: Config, host: string): Finding[] {
  const own = agent.group(vxlan);
  const { tenant_network_types: tenants, mechanism_drivers: mechanisms } = server?.group(ml2) ?? {};
  const evidence = [
    ...(server ? [settingOf(server, ml2, 'tenant_network_types')] : []),
    settingOf(agent, vxlan, 'enable_vxlan'),
  ];
  const populated = mechanisms?.includes('l2population');
  const isOneSided = own.enable_vxlan && populated !== undefined && populated !== own.l2_population;
  return [
    ...(tenants?.includes('vxlan') && !own.enable_vxlan
      ? [tunnelTypeDisabled.found({ type: 'vxlan', host }, { host, evidence })]
      : []),
    ...(isOneSided && server
      ? [
          l2PopulationOneSided.found(
            { server: populated, host },
            {
              host,
              evidence: [
                settingOf(server, ml2, 'mechanism_drivers'),
                settingOf(agent, vxlan, 'l2_population'),
              ],
            },
          ),
        ]
      : []),
  ];
}

/** Ranges that the server cannot read, in its own words. */
function rangesOf(server: Config, host: string): Finding[] {
  const readers = [
    [
      'vni_ranges',
      () => parseRanges(server.group(ml2Vxlan).vni_ranges),
      settingOf(server, ml2Vxlan, 'vni_ranges'),
    ],
    [
      'network_vlan_ranges',
      () => parseVlanRanges(server.group(ml2Vlan).network_vlan_ranges),
      settingOf(server, ml2Vlan, 'network_vlan_ranges'),
    ],
  ] as const;
  return readers.flatMap(([option, read, evidence]) => {
    try {
      read();
      return [];
    } catch (error) {
      const reason = (error as Error).message.replace(/\.$/, '');
      return [configRangeInvalid.found({ option, reason }, { host, evidence: [evidence] })];
    }
  });
}

/** Physical networks that the server makes networks on, and that no card of this host, or of another, leads to. */
async function physicalNetworks(server: Config, agent: Config, context: DoctorContext): Promise<Finding[]> {
  const { physical_interface_mappings, bridge_mappings } = agent.group(linuxBridge);
  const nameOf = (text: string): string => text.split(':')[0]!.trim();
  const mapped = [...physical_interface_mappings, ...bridge_mappings].map(nameOf);
  const { flat_networks } = server.group(ml2Flat);
  const { network_vlan_ranges } = server.group(ml2Vlan);
  const flat = settingOf(server, ml2Flat, 'flat_networks');
  const vlan = settingOf(server, ml2Vlan, 'network_vlan_ranges');
  const unmapped = [
    ...flat_networks
      .filter((name) => name !== '*')
      .map((name) => ({ option: 'flat_networks', name, evidence: flat })),
    ...[...new Set(network_vlan_ranges.map(nameOf))].map((name) => ({
      option: 'network_vlan_ranges',
      name,
      evidence: vlan,
    })),
  ].filter(({ name }) => !mapped.includes(name));
  if (unmapped.length === 0) return [];
  const agents = (await factsSoon(context))?.agents ?? [];
  const elsewhere = agents.flatMap(({ interface_mappings }) => Object.keys(interface_mappings));
  return unmapped
    .filter(({ name }) => !elsewhere.includes(name))
    .map(({ option, name, evidence }) => {
      const meant = nearest(name, mapped);
      return physicalNetworkUnknownHere.found(
        { option, name, mapped, ...(meant === undefined ? {} : { meant }) },
        {
          host: context.host,
          evidence: [evidence, settingOf(agent, linuxBridge, 'physical_interface_mappings')],
        },
      );
    });
}

/** Whether server and Linux bridge agent speak of the same networks. */
export const networkTypes = checkOfFiles('configuration: kinds of networks', async (found, context) => {
  const { host } = context;
  const server = configIn(found, 'neutron-server');
  const agent = configIn(found, 'neutron-linuxbridge-agent');
  if (!server && !agent)
    return notChecked('neither neutron-server nor neutron-linuxbridge-agent is configured here');
  return failing(
    [
      ...(server ? [...kinds(server, host), ...rangesOf(server, host)] : []),
      ...(agent ? tunnels(server, agent, host) : []),
      ...(server && agent ? await physicalNetworks(server, agent, context) : []),
    ],
    ...(server ? [settingOf(server, ml2, 'tenant_network_types')] : []),
    ...(agent ? [settingOf(agent, vxlan, 'local_ip')] : []),
  );
});

import type { Config } from '../../../config/option.ts';
import { core, interfaces, securitygroup } from '../../../config/options/index.ts';
import { routersNotServed, securityGroupsNotEnforced } from '../../../health/catalogue/contradictions.ts';
import { servicePluginNotServed } from '../../../health/catalogue/migration.ts';
import {
  corePluginNotMl2,
  driverUnsuited,
  externalNetworkBridgeSet,
  namespacesSwitchedOff,
} from '../../../health/catalogue/settings.ts';
import { failing } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { unservedPlugins } from '../../../server/db/unserved.ts';
import { settingOf } from './evidence.ts';
import { checkOfFiles, configIn, type HostFiles } from './hostFiles.ts';

const PLUGIN = /^(ml2|neutron\.plugins\.ml2\.plugin\.Ml2Plugin)$/;
const ROUTER = /^(router|.*L3RouterPlugin)$/;
const BRIDGE_INTERFACE = /^(linuxbridge|.*\.BridgeInterfaceDriver)$/;
const NOOP = /^(|noop|.*\.NoopFirewallDriver)$/;
/** Python's agent filters with the hybrid driver as with the plain one. */
const IPTABLES = /^(iptables(_hybrid)?|.*\.(OVSHybrid)?IptablesFirewallDriver)$/;

const isFalse = (text: string): boolean => /^(false|0|no|off)$/i.test(text);

function serverFindings(server: Config, files: HostFiles, host: string): Finding[] {
  const { core_plugin, service_plugins } = server.group(core);
  const evidence = [settingOf(server, core, 'service_plugins')];
  return [
    ...(PLUGIN.test(core_plugin ?? '')
      ? []
      : [
          corePluginNotMl2.found(
            { value: core_plugin },
            { host, evidence: [settingOf(server, core, 'core_plugin')] },
          ),
        ]),
    ...(configIn(files, 'neutron-l3-agent') && !service_plugins.some((name) => ROUTER.test(name))
      ? [routersNotServed.found({ plugins: service_plugins }, { host, evidence })]
      : []),
    ...unservedPlugins(service_plugins).map(({ plugin: [plugin], what }) =>
      servicePluginNotServed.found({ plugin, what }, { host, evidence }),
    ),
  ];
}

function filterFindings(agent: Config, server: Config | undefined, host: string): Finding[] {
  const { firewall_driver, enable_security_group } = agent.group(securitygroup);
  const offered = server?.group(securitygroup).enable_security_group ?? enable_security_group;
  const driver = firewall_driver ?? '';
  const evidence = [
    settingOf(agent, securitygroup, 'enable_security_group'),
    settingOf(agent, securitygroup, 'firewall_driver'),
  ];
  if (enable_security_group && !NOOP.test(driver) && !IPTABLES.test(driver)) {
    const file = agent.origin('securitygroup', 'firewall_driver').file ?? 'linuxbridge_agent.ini';
    const program = 'neutron-linuxbridge-agent';
    const facts = { program, option: 'firewall_driver', value: driver, right: 'iptables', file };
    return [driverUnsuited.found(facts, { host, evidence })];
  }
  if (!offered || (enable_security_group && !NOOP.test(driver))) return [];
  const setting = enable_security_group
    ? driver === ''
      ? 'no firewall_driver'
      : `firewall_driver = ${driver}`
    : 'enable_security_group = False';
  return [securityGroupsNotEnforced.found({ host, setting }, { host, evidence })];
}

const interfaceFindings = (files: HostFiles, host: string): Finding[] =>
  (['neutron-l3-agent', 'neutron-dhcp-agent'] as const).flatMap((program) => {
    const config = configIn(files, program);
    const value = config?.group(interfaces).interface_driver ?? null;
    if (!config || BRIDGE_INTERFACE.test(value ?? '')) return [];
    const file = config.files.at(-1)!;
    const evidence = [settingOf(config, interfaces, 'interface_driver')];
    const facts = { program, option: 'interface_driver', value, right: 'linuxbridge', file };
    return [driverUnsuited.found(facts, { host, evidence })];
  });

/** Settings of old releases whose value asked for something that is no longer done. */
const goneFindings = ({ files }: HostFiles, host: string): Finding[] =>
  files.flatMap(({ path, parsed }) =>
    (parsed?.entries ?? []).flatMap(({ name, value, line }): Finding[] => {
      const where = { host, evidence: [`${path}:${line}: ${name} = ${value}`] };
      if (name === 'external_network_bridge' && value !== '' && value !== "''")
        return [externalNetworkBridgeSet.found({ value }, where)];
      if (name === 'use_namespaces' && isFalse(value))
        return [namespacesSwitchedOff.found({ file: path }, where)];
      return [];
    }),
  );

/** Whether plugins and drivers are ones that make Linux bridges work, and all that is offered is done. */
export const drivers = checkOfFiles('configuration: plugins and drivers', async (files, context) => {
  const { host } = context;
  const server = configIn(files, 'neutron-server');
  const agent = configIn(files, 'neutron-linuxbridge-agent');
  return failing(
    [
      ...(server ? serverFindings(server, files, host) : []),
      ...(agent ? filterFindings(agent, server, host) : []),
      ...interfaceFindings(files, host),
      ...goneFindings(files, host),
    ],
    ...(server ? [settingOf(server, core, 'service_plugins')] : []),
    ...(agent ? [settingOf(agent, securitygroup, 'firewall_driver')] : []),
  );
});

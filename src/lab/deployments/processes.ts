import { type RunningHost, runIn } from '../host.ts';
import { command, nodeProgram } from '../paths.ts';
import { waitFor } from '../waitFor.ts';
import type { LabProcess } from './deployment.ts';

const NEUTRON_CONF = '/etc/neutron/neutron.conf';
const PLUGIN_INI = '/etc/neutron/plugin.ini';
const AGENT_INI = '/etc/neutron/plugins/ml2/linuxbridge_agent.ini';

const daemon = (name: string, ...files: string[]): LabProcess => ({
  name,
  command: [
    command(name),
    ...[NEUTRON_CONF, ...files].map((file) => `--config-file=${file}`),
    `--log-file=/var/log/neutron/${name}.log`,
  ],
});

const connects = (host: RunningHost, address: string, port: number) =>
  runIn(host, [
    nodeProgram,
    '-e',
    `require('net').connect(${port},'${address}').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))`,
  ]);

/** Waits until a TCP port answers inside a host. */
export const waitForPort = (host: RunningHost, port: number, seconds = 30, address = '127.0.0.1') =>
  waitFor(`${host.name}:${port}`, () => connects(host, address, port), seconds);

export const neutronServer: LabProcess = {
  ...daemon('neutron-server', PLUGIN_INI),
  ready: async (host) => void (await waitForPort(host, 9696)),
};
export const linuxbridgeAgent = daemon('neutron-linuxbridge-agent', AGENT_INI);
export const dhcpAgent = daemon('neutron-dhcp-agent', '/etc/neutron/dhcp_agent.ini');
export const l3Agent = daemon('neutron-l3-agent', '/etc/neutron/l3_agent.ini');
export const metadataAgent = daemon('neutron-metadata-agent', '/etc/neutron/metadata_agent.ini');

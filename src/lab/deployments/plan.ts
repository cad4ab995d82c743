import { nodeProgram, projectRoot } from '../paths.ts';
import type { LabHost, Topology } from '../topology.ts';
import type { HostPlan, LabProcess } from './deployment.ts';
import * as guide from './guideFiles.ts';
import {
  dhcpAgent,
  l3Agent,
  linuxbridgeAgent,
  metadataAgent,
  neutronServer,
  waitForPort,
} from './processes.ts';

/** What a deployment decides for itself; everything else follows the guide and the host's roles. */
export interface Choices {
  readonly neutronConf: string;
  /** neutron.conf of hosts without the server; the same when not given. */
  readonly agentNeutronConf?: string;
  readonly providerOnly?: boolean;
  readonly extraFiles?: Readonly<Record<string, string>>;
}

const tool = (name: string, file: string, ...args: string[]): LabProcess => ({
  name,
  command: [nodeProgram, `${projectRoot}/src/lab/tools/${file}`, ...args],
});

const novaStub: LabProcess = {
  ...tool('nova-stub', 'novaStub.ts', '/var/log/nova-events.jsonl', 'Test'),
  ready: async (host) => void (await waitForPort(host, 8775)),
};

/** Files and daemons of one host of the guide's deployment, by its roles. */
export function planHost(topology: Topology, host: LabHost, choices: Choices): HostPlan {
  const has = (role: LabHost['roles'][number]) => host.roles.includes(role);
  if (has('outside')) return { files: {}, processes: [tool('whoami', 'whoami.ts')] };
  const nic = host.nics.at(-1)!.name;
  const common = {
    '/etc/hosts': guide.hostsFile(topology),
    '/etc/neutron/neutron.conf': has('control')
      ? choices.neutronConf
      : (choices.agentNeutronConf ?? choices.neutronConf),
    '/etc/neutron/plugins/ml2/linuxbridge_agent.ini': guide.linuxbridgeConf(host, nic, !choices.providerOnly),
    ...choices.extraFiles,
  };
  const control = {
    '/etc/neutron/plugins/ml2/ml2_conf.ini': choices.providerOnly ? guide.providerMl2Conf : guide.ml2Conf,
  };
  const network = {
    ...(choices.providerOnly ? {} : { '/etc/neutron/l3_agent.ini': guide.l3Conf }),
    '/etc/neutron/dhcp_agent.ini': guide.dhcpConf,
    '/etc/neutron/dnsmasq-neutron.conf': guide.dnsmasqConf,
    '/etc/neutron/metadata_agent.ini': guide.metadataConf,
  };
  return {
    files: { ...common, ...(has('control') ? control : {}), ...(has('network') ? network : {}) },
    processes: [
      ...(has('control') ? [novaStub, neutronServer] : []),
      linuxbridgeAgent,
      ...(has('network') ? [dhcpAgent, metadataAgent, ...(choices.providerOnly ? [] : [l3Agent])] : []),
    ],
  };
}

import type { Deployment } from '../../../src/lab/deployments/deployment.ts';
import { isNeutron, pythonCounterpart, shared } from '../../../src/lab/deployments/python.ts';
import { guide } from '../../../src/lab/topologies/guide.ts';
import type { Topology } from '../../../src/lab/topology.ts';
import { oneThread } from '../pythonServer/deployments.ts';
import { listen } from './wire.ts';

/** What makes Python's agents say more: extensions that live on versioned objects, and quick elections. */
const ADDITIONS: Readonly<Record<string, string>> = {
  '/etc/neutron/neutron.conf': `\n[agent]\nreport_interval = 5\n\n${oneThread}`,
  '/etc/neutron/plugins/ml2/linuxbridge_agent.ini': '\n[agent]\nextensions = qos\n',
  '/etc/neutron/l3_agent.ini':
    '\n[DEFAULT]\nha_vrrp_advert_int = 1\n[agent]\nextensions = port_forwarding,conntrack_helper\n',
};

const SERVER = 'neutron-server';

/** The files of the guide's cloud with QoS, and with what makes agents say more. */
const richer = (path: string, text: string): string =>
  text
    .replace(/^service_plugins = router$/m, '$&,qos')
    .replace(/^extension_drivers = port_security$/m, '$&,qos') + (ADDITIONS[path] ?? '');

/** Our server amid Python's agents. */
export const ourServer: Deployment = {
  ...shared,
  name: 'our-server',
  async services(control) {
    await shared.services?.(control);
    await listen(control);
  },
  plan(topology, host) {
    const { files, processes } = shared.plan(topology, host);
    const entries = Object.entries(files).map(([path, text]) => [path, richer(path, text)]);
    return {
      files: Object.fromEntries(entries),
      processes: processes.map((one) =>
        isNeutron(one) && one.name !== SERVER ? pythonCounterpart(one) : one,
      ),
    };
  },
};

/** Two hosts that both carry routers, DHCP and guests, so that each of these can move. */
export const twins: Topology = {
  ...guide,
  name: 'twins',
  hosts: guide.hosts.map((host) =>
    host.name === 'compute' ? { ...host, roles: ['network', 'compute'] } : host,
  ),
};

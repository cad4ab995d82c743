import type { Deployment, HostPlan } from '../../../src/lab/deployments/deployment.ts';
import { python, shared } from '../../../src/lab/deployments/python.ts';

const PLUGINS = 'service_plugins = router,qos,port_forwarding';

/** Python's privileged helpers lose calls, and their agents hang, when several are made at once. */
export const oneThread = [
  'privsep',
  'privsep_link',
  'privsep_namespace',
  'privsep_conntrack',
  'privsep_dhcp_release',
]
  .map((section) => `[${section}]\nthread_pool_size = 1\n`)
  .join('\n');

/** More of Neutron than the guide has: what agents can be asked to do by plugins that only Python's server has. */
const richer = (path: string, text: string): string => {
  if (path.endsWith('/neutron.conf'))
    return `${text.replace(/^service_plugins = router$/m, PLUGINS)}\n${oneThread}`;
  if (path.endsWith('/ml2_conf.ini')) return text.replace(/^(extension_drivers = port_security)$/m, '$1,qos');
  if (path.endsWith('/linuxbridge_agent.ini')) return `${text}\n[agent]\nextensions = qos\n`;
  if (path.endsWith('/l3_agent.ini')) return `${text}\n[agent]\nextensions = port_forwarding\n`;
  return text;
};

const enriched = (deployment: Deployment): Deployment => ({
  ...deployment,
  plan(topology, host): HostPlan {
    const { files, processes } = deployment.plan(topology, host);
    const entries = Object.entries(files).map(([path, text]) => [path, richer(path, text)]);
    return { files: Object.fromEntries(entries), processes };
  },
});

/** Python's server and agents with QoS and port forwarding; ours in place of its agents, on the same files. */
export const richPython = enriched(python);
export const richOurs = enriched(shared);

import type { Deployment } from './deployments/deployment.ts';
import { createHost, destroyHosts, type RunningHost, runIn, runningHosts, startIn, writeIn } from './host.ts';
import { connectHost, createLans } from './network.ts';
import { binDirectory, projectRoot } from './paths.ts';
import { hostWith, type Topology } from './topology.ts';

/** Tells what is being done, a line each. */
export type Progress = (line: string) => void;

/** A running lab: its topology, its deployment and its hosts by name. */
export interface Lab {
  readonly name: string;
  readonly topology: Topology;
  readonly deployment: Deployment;
  readonly hosts: ReadonlyMap<string, RunningHost>;
}

const shellEnv = {
  PATH: `${binDirectory}:${process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin'}`,
  // In the checkout: the home of the user is not the lab's to write in.
  NODE_COMPILE_CACHE: `${projectRoot}/node_modules/.cache/compile`,
};

/** The host with this name, or an error that names the hosts there are. */
export function hostNamed(lab: Lab, name: string): RunningHost {
  const host = lab.hosts.get(name);
  if (!host) throw new Error(`no host ${name}: there are ${[...lab.hosts.keys()].join(', ')}`);
  return host;
}

/** Environment of an operator's shell on a host: our commands on PATH, the client's credentials. */
export const operatorEnv = (lab: Lab): Readonly<Record<string, string>> => ({
  ...shellEnv,
  ...lab.deployment.clientEnv,
});

/** Makes LANs and hosts, without any daemon. */
async function createNetwork(name: string, topology: Topology): Promise<Map<string, RunningHost>> {
  const lans = await createLans(name, topology);
  const hosts = new Map<string, RunningHost>();
  for (const definition of topology.hosts) {
    const host = await createHost(name, definition.name);
    hosts.set(definition.name, host);
    await connectHost(definition, host, lans);
  }
  return hosts;
}

const modeOf = (path: string, text: string) =>
  text.startsWith('#!') ? '755' : path.startsWith('/etc/neutron/') ? '640' : '644';

/** Builds a lab and starts everything on it; ends what it made when a step fails. */
export async function bringUp(
  name: string,
  topology: Topology,
  deployment: Deployment,
  progress: Progress,
): Promise<Lab> {
  if (runningHosts(name).length > 0) throw new Error(`lab ${name} is up already: neutron-lab down ends it`);
  progress(
    `${topology.hosts.length} hosts on ${topology.lans.length} LAN(s): ${topology.hosts.map((host) => host.name).join(', ')}`,
  );
  const lab: Lab = { name, topology, deployment, hosts: await createNetwork(name, topology) };
  const control = hostNamed(lab, hostWith(topology, 'control').name);
  const plans = topology.hosts.map((host) => ({
    host: hostNamed(lab, host.name),
    plan: deployment.plan(topology, host),
  }));
  for (const { host, plan } of plans) {
    // What this machine's own packages configure is none of the lab's daemons.
    await runIn(host, ['sh', '-c', 'rm -f /etc/neutron/*_agent.ini /etc/neutron/plugins/ml2/*.ini']);
    for (const [path, text] of Object.entries(plan.files))
      await writeIn(host, path, text, modeOf(path, text));
    await runIn(host, ['sh', '-ec', 'mkdir -p /var/lib/neutron /var/log/neutron /var/lib/tmp/neutron']);
  }
  await runIn(control, ['ln', '-sfn', '/etc/neutron/plugins/ml2/ml2_conf.ini', '/etc/neutron/plugin.ini']);
  if (deployment.services) {
    progress('database, message broker and identity service');
    await deployment.services(control);
  }
  for (const words of deployment.prepare) {
    progress(`[${control.name}] ${words.join(' ')}`);
    await runIn(control, words, { env: shellEnv });
  }
  for (const path of deployment.shared ?? []) {
    const { stdout } = await runIn(control, ['cat', path]);
    for (const { host } of plans) if (host !== control) await writeIn(host, path, stdout, '600');
  }
  for (const { host, plan } of plans) {
    for (const process of plan.processes) {
      progress(`[${host.name}] starts ${process.name}`);
      await startIn(host, process.command, `/var/log/neutron/${process.name}.out`, {
        ...shellEnv,
        ...process.env,
      });
      await process.ready?.(host);
    }
  }
  return lab;
}

/** Ends everything of a lab, also of one that was only half built. */
export async function takeDown(name: string): Promise<number> {
  const hosts = runningHosts(name);
  await destroyHosts(hosts);
  return hosts.length;
}

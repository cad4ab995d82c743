import { readFileSync, writeFileSync } from 'node:fs';
import { deployments } from './deployments/index.ts';
import { runningHosts } from './host.ts';
import type { Lab } from './lab.ts';
import { topologies } from './topologies/index.ts';

/** A host's own /run holds what the lab is, so that the record ends with the host. */
const recordFile = (pid: number) => `/proc/${pid}/root/run/lab/record.json`;

interface LabRecord {
  readonly topology: string;
  readonly deployment: string;
}

/** Writes down which topology and deployment a lab has, for later commands. */
export function recordLab(lab: Lab): void {
  const record: LabRecord = { topology: lab.topology.name, deployment: lab.deployment.name };
  for (const host of lab.hosts.values()) writeFileSync(recordFile(host.pid), JSON.stringify(record));
}

/** The lab that runs under this name. */
export async function recordedLab(name: string): Promise<Lab> {
  const hosts = runningHosts(name).filter((host) => !host.name.startsWith('lan-'));
  const record = JSON.parse(readFileSync(recordFile(hosts[0]!.pid), 'utf8')) as LabRecord;
  return {
    name,
    topology: topologies[record.topology]!,
    deployment: deployments[record.deployment]!,
    hosts: new Map(hosts.map((host) => [host.name, host])),
  };
}

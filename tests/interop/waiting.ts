import { setTimeout as sleep } from 'node:timers/promises';
import type { Cloud } from './cloud.ts';

/** Waits until a list of our client has that many lines; throws after a minute. */
async function waitForLines(cloud: Cloud, command: string, count: number): Promise<void> {
  let seen = '';
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(500)) {
    const { stdout, stderr } = await cloud.shell(command);
    if (stdout.split('\n').filter(Boolean).length >= count) return;
    seen = stdout + stderr;
  }
  throw new Error(`${command}: ${count} lines expected: ${seen}`);
}

export const waitForAgents = (cloud: Cloud, count: number) =>
  waitForLines(cloud, 'neutron agent-list --alive True -f value -c id', count);

/** The DHCP agent has made its port on that many networks. */
export const waitForDhcp = (cloud: Cloud, networks: number) =>
  waitForLines(cloud, 'neutron port-list --device-owner network:dhcp -f value -c id', networks);

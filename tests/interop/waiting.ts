import { until } from '../../src/testing/until.ts';
import type { Cloud } from './cloud.ts';

/** Waits until a list of our client has that many lines; throws after a minute. */
const waitForLines = (cloud: Cloud, command: string, count: number) =>
  until(
    `${count} lines of ${command}`,
    async () => (await cloud.shell(command)).stdout.split('\n').filter(Boolean).length >= count,
    60,
  );

export const waitForAgents = (cloud: Cloud, count: number) =>
  waitForLines(cloud, 'neutron agent-list --alive True -f value -c id', count);

/** The DHCP agent has made its port on that many networks. */
export const waitForDhcp = (cloud: Cloud, networks: number) =>
  waitForLines(cloud, 'neutron port-list --device-owner network:dhcp -f value -c id', networks);

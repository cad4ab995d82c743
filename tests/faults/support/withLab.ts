import { randomUUID } from 'node:crypto';
import type { Deployment } from '../../../src/lab/deployments/deployment.ts';
import { bringUp, type Lab, takeDown } from '../../../src/lab/lab.ts';
import { showLogs } from '../../../src/lab/quickstart/logs.ts';
import { guide } from '../../../src/lab/topologies/guide.ts';
import type { Topology } from '../../../src/lab/topology.ts';

/** Gives a test a lab of its own, on the guide's two hosts unless told, and takes it away however the test ends. */
export async function withLab(
  what: string,
  deployment: Deployment,
  work: (lab: Lab) => Promise<void>,
  topology: Topology = guide,
): Promise<void> {
  const name = `${what}-${randomUUID().slice(0, 8)}`;
  const leave = () => void takeDown(name).then(() => process.exit(1));
  process.once('SIGTERM', leave).once('SIGINT', leave);
  try {
    const lab = await bringUp(name, topology, deployment, () => {});
    try {
      await work(lab);
    } catch (error) {
      await showLogs(lab, (line) => process.stderr.write(`${line}\n`));
      throw error;
    }
  } finally {
    process.off('SIGTERM', leave).off('SIGINT', leave);
    await takeDown(name);
  }
}

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment } from '../src/lab/deployments/deployment.ts';
import { guideServices } from '../src/lab/deployments/full.ts';
import { python, shared } from '../src/lab/deployments/python.ts';
import { runningHosts } from '../src/lab/host.ts';
import { bringUp, type Progress, takeDown } from '../src/lab/lab.ts';
import { recordLab } from '../src/lab/record.ts';
import { guide } from '../src/lab/topologies/guide.ts';
import type { Side } from './side.ts';
import { measuringProcess, type Remote } from './target/remote.ts';

const deployments: Readonly<Record<Side, Deployment>> = { ours: shared, peer: python };

/** The clouds of a run; `close` ends everything of them, also of such as came up by half. */
export interface Clouds {
  open(side: Side, progress: Progress): Promise<Remote>;
  close(): Promise<void>;
}

/** Clouds in labs of their own. The databases are on the machine's disk: a commit is to cost what it costs. */
export async function cloudsFor(run: string): Promise<Clouds> {
  const directory = await mkdtemp(join(tmpdir(), 'neutron-bench-'));
  await chmod(directory, 0o755);
  const opened: Remote[] = [];
  const nameOf = (side: Side) => `${run}-${side}`;
  return {
    async open(side, progress) {
      progress(`${side}: lab ${nameOf(side)}`);
      const deployment = { ...deployments[side], services: guideServices(join(directory, side)) };
      const lab = await bringUp(nameOf(side), guide, deployment, (line) => progress(`${side}: ${line}`));
      recordLab(lab);
      const remote = measuringProcess(lab, side);
      opened.push(remote);
      return remote;
    },
    async close() {
      for (const remote of opened) remote.close();
      for (const side of ['ours', 'peer'] as const)
        while (runningHosts(nameOf(side)).length > 0) await takeDown(nameOf(side));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

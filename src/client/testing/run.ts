import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FakeCloud } from './fakeCloud.ts';

/** How a command line went. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

const launcher = fileURLToPath(new URL('../../../bin/neutron', import.meta.url));

/** The credentials that a user of the cloud has in the environment, and nothing of the caller's. */
export const userEnvironment = (cloud: FakeCloud): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '/tmp',
  LANG: 'C.UTF-8',
  COLUMNS: '100',
  OS_AUTH_URL: cloud.authUrl,
  OS_USERNAME: 'admin',
  OS_PASSWORD: 'secret',
  OS_PROJECT_NAME: 'admin',
  OS_USER_DOMAIN_NAME: 'Default',
  OS_PROJECT_DOMAIN_NAME: 'Default',
  OS_REGION_NAME: 'RegionOne',
});

/** Runs our command. */
export const runNeutron = (words: readonly string[], env: Record<string, string>): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const child = spawn(launcher, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    child.on('error', reject);
    child.on('close', (status) => resolve({ ...output, status }));
  });

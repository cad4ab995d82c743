import { cpus, release, totalmem } from 'node:os';
import { projectRoot } from '../../src/lab/paths.ts';
import { run } from '../../src/linux/process.ts';

/** Where and when a run was, and of what. */
export interface Circumstances {
  readonly date: string;
  readonly commit: string;
  readonly processors: string;
  readonly memory: string;
  readonly kernel: string;
  readonly software: string;
}

const printed = async (...command: string[]): Promise<string> =>
  (await run(command).catch(() => ({ stdout: 'unknown' }))).stdout.trim();

export async function circumstances(): Promise<Circumstances> {
  const git = ['git', '-c', `safe.directory=${projectRoot}`, '-C', projectRoot];
  const commit = await printed(...git, 'rev-parse', '--short=10', 'HEAD');
  // The document that the run itself writes is no change of the program.
  const changed = (await printed(...git, 'status', '--porcelain', '--', '.', ':!docs/performance.md')) !== '';
  const format = `$\{Version}`;
  const package_ = async (name: string) => `${name} ${await printed('dpkg-query', '-W', '-f', format, name)}`;
  const packages = await Promise.all(['neutron-server', 'mariadb-server', 'rabbitmq-server'].map(package_));
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: `${commit}${changed ? ' with changes' : ''}`,
    processors: `${cpus().length} × ${cpus()[0]!.model}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: `Linux ${release()}`,
    software: [`Node ${process.versions.node}`, ...packages].join(', '),
  };
}

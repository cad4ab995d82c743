import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import packageFile from '../../../package.json' with { type: 'json' };
import type { Gathered } from '../../collect/files.ts';
import { collectHost, type Places, placesOf } from '../../collect/host.ts';
import { secretRemover } from '../../collect/secrets.ts';
import { examine, type Question } from '../examine.ts';
import { reportLines } from '../report.ts';
import { problemsOfServer } from './problems.ts';
import { gatherRemote, type Remote } from './remote.ts';
import { tar } from './tar.ts';

export interface BundleOptions {
  /** The file to write. */
  readonly output: string;
  readonly question: Question;
  /** Also asks the agents of other hosts. */
  readonly remote: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** What the archive's index says of a host. */
interface Indexed {
  readonly host: string;
  readonly result: 'collected' | 'did not answer';
  /** Who gathered it, or why nothing is there. */
  readonly by?: string;
  readonly why?: string;
  readonly files?: number;
  readonly missed?: readonly string[];
}

const README = `What neutron-doctor gathered to ask for help with. Secrets are removed: what the options declare as secret, what
sounds secret by its name, passwords in URLs, tokens, keys, and the same words wherever else they stand. Read it
before you give it away all the same: it holds names, addresses and the rules of your network.

index.json      when, by which version, which hosts answered and which did not, and what could not be read
problems.txt    what neutron-doctor found on this host; problems.json is the same for programs
api/            what the server answered: its own list of problems, agents, networks
hosts/HOST/     configuration, ends of logs, state and the kernel's view of each host
`;

/** Writes one archive about this host, and about all others whose agents answer. Returns what its index says. */
export async function bundle({ output, question, remote, env }: BundleOptions): Promise<readonly Indexed[]> {
  const now = new Date();
  const { context, report } = await examine(question);
  const [installed] = context.programs;
  const places: Places = installed
    ? placesOf(installed.config)
    : { configuration: question.directory, state: '/var/lib/neutron', logs: '/var/log/neutron' };
  const [own, others, api] = await Promise.all([
    collectHost({ ...places, configuration: question.directory }),
    remote ? gatherRemote(context) : { hosts: [], why: 'not asked for' },
    env.OS_AUTH_URL || env.OS_URL
      ? problemsOfServer(env)
      : { 'api/none.txt': 'no OS_AUTH_URL, so the server was not asked\n' },
  ]);
  const remove = secretRemover([`password = ${env.OS_PASSWORD ?? ''}\ntoken = ${env.OS_TOKEN ?? ''}\n`]);
  const hosts: readonly Remote[] = [
    { host: context.host, gathered: own, by: 'neutron-doctor' },
    ...others.hosts,
  ];
  const index = hosts.map(indexOf);
  const documents = {
    'README.txt': README,
    'index.json': JSON.stringify(
      {
        made: now.toISOString(),
        version: packageFile.version,
        root: context.root,
        hosts: index,
        ...('why' in others ? { others: others.why } : {}),
      },
      null,
      2,
    ),
    'problems.txt': `${reportLines(report, { all: true, width: 100, colour: false }).join('\n')}\n`,
    'problems.json': JSON.stringify(report, null, 2),
    ...api,
  };
  const entries = [
    ...Object.entries(documents),
    ...hosts.flatMap(({ host, gathered }) => inFolder(host, gathered)),
  ].map(([path, content]) => ({ path: `neutron-bundle/${path}`, content: remove(content) }));
  writeFileSync(output, await promisify(gzip)(tar(entries, now)), { mode: 0o600 });
  return index;
}

const inFolder = (host: string, gathered: Gathered | undefined): [string, string][] =>
  Object.entries(gathered?.files ?? {}).map(([path, text]) => [`hosts/${host}/${path}`, text]);

const indexOf = (one: Remote): Indexed =>
  one.gathered === undefined
    ? { host: one.host, result: 'did not answer', why: one.why }
    : {
        host: one.host,
        result: 'collected',
        by: one.by,
        files: Object.keys(one.gathered.files).length,
        missed: one.gathered.missed,
      };

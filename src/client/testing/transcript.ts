import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A recorded use of the original client: the command, and what came of it. */
export interface Transcript {
  readonly name: string;
  readonly command: string;
  readonly user: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** The recordings are not part of this repository; in the project's own CI they lie next to it. */
const folder = fileURLToPath(new URL('../../../../shared/peer/record/cli/', import.meta.url));

export const whyNoTranscripts = (): string | undefined =>
  existsSync(folder) ? undefined : 'the recorded transcripts (../shared/peer/record/cli) are not here';

export const readTranscripts = (): Transcript[] =>
  readdirSync(folder)
    .sort()
    .map((name) => parseTranscript(name, readFileSync(`${folder}/${name}`, 'utf8')));

const parseTranscript = (name: string, text: string): Transcript => {
  const match =
    /^\$ (?<command>.*)\n--- user: (?<user>.*)\n--- stdout\n(?<stdout>[\s\S]*)--- stderr\n(?<stderr>[\s\S]*)--- exit code: (?<status>\d+)\n/.exec(
      text,
    );
  const { command, user, stdout, stderr, status } = match!.groups as Record<string, string>;
  return {
    name,
    command: command!,
    user: user!,
    stdout: stdout!,
    stderr: stderr!,
    status: Number(status),
  };
};

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyInterface } from '../interfaces.ts';

/** What the source says of who of ours serves which method, and who sends it. */

const root = join(import.meta.dirname, '../../..');

/** A program of ours: the folder that it is in. */
export const programs = {
  server: 'src/server',
  linuxbridge: 'src/agents/linuxbridge',
  dhcp: 'src/agents/dhcp',
  l3: 'src/agents/l3',
  metadata: 'src/agents/metadata',
  runtime: 'src/agents/runtime',
} as const;

export type Program = keyof typeof programs;

const isForTests = (file: string) => /\.test\.ts$|testing\.ts$/.test(file);

const sourceOf = (folder: string): string[] =>
  globSync(`${folder}/**/*.ts`, { cwd: root })
    .filter((file) => !isForTests(file))
    .map((file) => readFileSync(join(root, file), 'utf8'));

const sources = new Map(
  Object.entries(programs).map(([program, folder]) => [program as Program, sourceOf(folder)]),
);

/** Names under which a file knows interfaces of one topic, as it imports them from src/rpc. */
const knows = (text: string, file: string): boolean =>
  new RegExp(`from '(?:\\.\\./)+rpc/${file}\\.ts'`).test(text);

/** The file of src/rpc that declares an interface. */
const files = new Map(
  globSync('src/rpc/*.ts', { cwd: root })
    .filter((file) => !isForTests(file))
    .map((file) => [file.replace(/^src\/rpc\/|\.ts$/g, ''), readFileSync(join(root, file), 'utf8')]),
);

/** Files of src/rpc that declare a method on a topic. */
const declaring = ({ topic }: Pick<AnyInterface, 'topic'>, method: string): string[] =>
  [...files].flatMap(([name, text]) => {
    const methods = new RegExp(`\\b${method}: (?:call|cast)<`).test(text);
    return methods && declares(text, topic) ? [name] : [];
  });

/** Whether a file names the topic, or makes it of parts. */
const declares = (text: string, topic: string): boolean =>
  text.includes(`'${topic}'`) ||
  (topic.startsWith('q-agent-notifier-') &&
    text.includes(`topic('${topic.slice('q-agent-notifier-'.length)}')`)) ||
  (topic.startsWith('neutron-vo-') && text.includes('neutron-vo-'));

/** Whether a program sends a method: as a message made beforehand, or by a client of the interface. */
export function sends(program: Program, topic: string, method: string): boolean {
  const among = declaring({ topic }, method);
  return sources.get(program)!.some((text) => {
    if (text.includes(`topic: '${topic}'`) && text.includes(`'${method}'`)) return true;
    if (!among.some((file) => knows(text, file))) return false;
    return new RegExp(`message\\(\\s*\\w+,\\s*'${method}'|\\.${method}\\(`).test(text);
  });
}

/** Whether a program has a handler of a method. */
export function serves(program: Program, topic: string, method: string): boolean {
  const among = declaring({ topic }, method);
  return sources
    .get(program)!
    .some(
      (text) =>
        among.some((file) => knows(text, file)) &&
        /\b(?:endpoint|on)\(/.test(text) &&
        new RegExp(`(?<![.'\\w])${method}(?:: |\\(_|\\(\\))`).test(text),
    );
}

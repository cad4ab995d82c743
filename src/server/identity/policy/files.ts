import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../../config/option.ts';
import { policy as options } from '../../../config/options/index.ts';
import { findBeside } from '../../../config/search.ts';
import { PolicyFault } from './fault.ts';
import type { GivenRule } from './rules.ts';

/** The file of policy_file; an older policy.json stands in for policy.yaml where no option names a file. */
function mainFile(config: Config): string | undefined {
  const { policy_file } = config.group(options);
  const found = findBeside(config.files, policy_file);
  const unnamed = config.origin('oslo_policy', 'policy_file').default === true;
  return found ?? (unnamed ? findBeside(config.files, 'policy.json') : undefined);
}

/** The files of a directory but hidden ones, in alphabetical order; those in directories below are not read. */
const filesIn = (directory: string): string[] =>
  readdirSync(directory)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => join(directory, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());

/** The policy files of a configuration in the order of reading, the last of which counts most. */
export function policyFiles(config: Config): string[] {
  const main = mainFile(config);
  const directories = config
    .group(options)
    .policy_dirs.map((name) => findBeside(config.files, name))
    .filter((path) => path !== undefined);
  for (const path of directories) {
    if (!statSync(path).isDirectory())
      throw new PolicyFault({ file: path }, undefined, 'it is not a directory');
  }
  return [...(main === undefined ? [] : [main]), ...directories.flatMap(filesIn)];
}

/** Changes when one of the files does, or when there is another or one less. */
export function stampOf(files: readonly string[]): string {
  return files
    .map((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found ? `${path} ${found.mtimeMs} ${found.size} ${found.ino}` : path;
    })
    .join('\n');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new PolicyFault({ file: path }, undefined, code === 'EACCES' ? 'permission denied' : message);
  }
}

/**
 * The rules of one YAML or JSON file, a mapping of rule names to rules, each with its line.
 *
 * @throws PolicyFault for what is not such a mapping
 */
export async function readPolicyFile(path: string): Promise<GivenRule[]> {
  const { isMap, isScalar, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(textOf(path), { lineCounter: lines, uniqueKeys: false });
  const place = (offset: number | undefined) =>
    offset === undefined ? { file: path } : { file: path, line: lines.linePos(offset).line };
  const [error] = document.errors;
  if (error) {
    const [reason = ''] = error.message.split(/ at line \d+/);
    throw new PolicyFault(place(error.pos[0]), undefined, `this is neither YAML nor JSON: ${reason}`);
  }
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  if (!isMap(contents)) {
    throw new PolicyFault({ file: path }, undefined, 'a policy file is a mapping of rule names to rules');
  }
  return contents.items.map(({ key, value }) => {
    const scalar = isScalar(key) ? key : undefined;
    const node = value as { toJSON?(): unknown } | null;
    return {
      name: String(scalar?.value ?? key),
      rule: node?.toJSON?.() ?? null,
      origin: place(scalar?.range?.[0]),
    };
  });
}

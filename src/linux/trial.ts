import { CommandFailed, run } from './process.ts';
import { NAMESPACES } from './setns.ts';

/** The kernel or this user's rights allow no network namespace. */
export class NoNamespaces extends Error {}

const NOTHING_ELSE = `mount -t tmpfs tmpfs ${NAMESPACES} 2>/dev/null || mkdir -p ${NAMESPACES}`;

/**
 * Runs small shell scripts, one after the other, in one network namespace that ends with them: what they make disturbs
 * nobody. Returns for each what it printed if it failed, undefined if it worked. Needs root. Rejects with NoNamespaces.
 */
export async function tryInNamespace(
  scripts: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string | undefined>> {
  const names = Object.keys(scripts);
  const each = Object.values(scripts).map(
    (script) => `out=$( (set -e\n${script}\n) 2>&1 ); code=$?; printf '%s %s\\0' "$code" "$out"`,
  );
  const isolation = ['unshare', '--net', '--mount', '--propagation', 'private'];
  const input = [NOTHING_ELSE, 'ip link set lo up', ...each, ''].join('\n');
  try {
    const { stdout } = await run([...isolation, 'sh', '-s'], { input, env: { LC_ALL: 'C' } });
    const answers = stdout.split('\0');
    return new Map(
      names.map((name, at) => {
        const [, code, text] = /^(\d+) ([\s\S]*)$/.exec(answers[at] ?? '') ?? [];
        return [name, code === '0' ? undefined : (text?.trim() ?? 'it did not come to it')];
      }),
    );
  } catch (error) {
    if (error instanceof CommandFailed && error.message.includes('unshare'))
      throw new NoNamespaces(error.message);
    throw error;
  }
}

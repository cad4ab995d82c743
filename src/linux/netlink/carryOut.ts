import { closeSync } from 'node:fs';
import { NamespaceMissing, openNamespace } from '../setns.ts';
import { type Conversation, converse } from './conversation.ts';
import { DeviceMissing, indexOfDevice } from './device.ts';
import type { Request } from './message.ts';
import { type Names, requestOf } from './words/index.ts';

/** A line that the kernel refused, and why. */
export interface LineRefusal {
  readonly line: string;
  readonly error: string;
}

export interface CarryOutOptions {
  readonly netns?: string | undefined;
  /** The family of a route that names no address; IPv4 when absent. */
  readonly family?: 4 | 6 | undefined;
  /** Go on after a line that is refused. */
  readonly force?: boolean | undefined;
}

/** After such a line names of devices may mean others than before. */
const CHANGES_NAMES = /^link (add|del|set .* (name|netns)) /;

/**
 * Asks the kernel for what lines of iproute2's `ip` and `bridge` say, in order, and returns those it refused. Stops at
 * the first unless `force`. Rejects with NamespaceMissing, and for words that nobody wrote `words/` for.
 */
export async function carryOut(
  lines: readonly string[],
  options: CarryOutOptions,
): Promise<readonly LineRefusal[]> {
  const { netns, family, force = false } = options;
  const names = namesIn(netns);
  try {
    return await converse(netns, async (kernel) => {
      const refused: LineRefusal[] = [];
      let waiting: { readonly line: string; readonly request: Request }[] = [];
      const send = async () => {
        refused.push(...(await sendAll(kernel, waiting)));
        waiting = [];
      };
      for (const line of lines) {
        try {
          waiting.push({ line, request: requestOf(line, names, family) });
        } catch (error) {
          if (!(error instanceof DeviceMissing || error instanceof NamespaceMissing)) throw error;
          await send();
          refused.push({ line, error: error instanceof DeviceMissing ? error.text : error.message });
        }
        const changes = CHANGES_NAMES.test(line);
        if (!force || changes) await send();
        if (changes) names.forget();
        if (!force && refused.length > 0) return refused;
      }
      await send();
      return refused;
    });
  } finally {
    names.close();
  }
}

async function sendAll(
  kernel: Conversation,
  waiting: readonly { readonly line: string; readonly request: Request }[],
): Promise<readonly LineRefusal[]> {
  const refusals = await kernel.change(waiting.map(({ request }) => request));
  return waiting.flatMap(({ line }, at) => {
    const refusal = refusals[at];
    return refusal ? [{ line, error: refusal.text }] : [];
  });
}

/** What names mean in a namespace, asked once each. */
function namesIn(netns: string | undefined): Names & { forget(): void; close(): void } {
  const indices = new Map<string, number>();
  const namespaces = new Map<string, number>();
  return {
    indexOf(device) {
      const index = indices.get(device) ?? indexOfDevice(device, netns);
      indices.set(device, index);
      return index;
    },
    namespace(name) {
      const file = namespaces.get(name) ?? openNamespace(name);
      namespaces.set(name, file);
      return file;
    },
    forget: () => indices.clear(),
    close() {
      for (const file of namespaces.values()) closeSync(file);
    },
  };
}

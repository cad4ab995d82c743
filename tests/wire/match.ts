import { type Difference, differences, named } from './compare.ts';
import type { Recorded } from './recordings.ts';
import type { Heard } from './tap.ts';

/** What of ours is nearest to what was recorded, and how it differs; `nothing` where ours never says such a thing. */
export interface Nearest {
  readonly side: 'args' | 'result';
  readonly differences: readonly Difference[];
  readonly nothing?: true;
}

/** Keys whose lists are as long as there happened to be things. */
const AS_MANY_AS_THERE_ARE = /^(port_ids|devices|fixed_ips)$/;

const formOf = (item: unknown): string =>
  typeof item === 'object' && item !== null ? Object.keys(item).sort().join() : typeof item;

/** One of each form instead of all, where only the number of things made the list so long. */
function shortened(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => shortened(item));
    return AS_MANY_AS_THERE_ARE.test(key)
      ? [...new Map(items.map((item) => [formOf(item), item])).values()]
      : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shortened(item, name)]));
}

/** Without what another deployment has beside, at any depth. */
function without(value: unknown, keys: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, keys));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !keys.has(name))
      .map(([name, item]) => [name, without(item, keys)]),
  );
}

const sameKind = (recorded: Recorded, heard: Heard): boolean =>
  recorded.method === heard.method &&
  recorded.topic === heard.target.topic &&
  recorded.kind === heard.kind &&
  recorded.version === heard.target.version &&
  recorded.exchange.endsWith('_fanout') === (heard.target.fanout === true) &&
  recorded.routingKey.includes('.') === (heard.target.server !== undefined);

/** What is in the place of nothing weighs as much as all that is in it, a list of another length by what it lacks. */
const weight = (found: readonly Difference[]): number =>
  found.reduce((sum, { recorded, ours }) => {
    const lists = Array.isArray(recorded) && Array.isArray(ours);
    return (
      sum + (lists ? 99 * Math.abs(recorded.length - ours.length) : JSON.stringify([recorded, ours]).length)
    );
  }, 0);

function nearest(side: Nearest['side'], recorded: unknown, candidates: readonly unknown[]): Nearest {
  const wanted = named(shortened(recorded));
  const found = candidates
    .map((one) => differences(wanted, named(shortened(one))))
    .sort((one, other) => weight(one) - weight(other));
  return found[0] ? { side, differences: found[0] } : { side, differences: [], nothing: true };
}

/** Compares a recorded message with those of ours that say the same kind of thing, arguments and answer apart. */
export function matched(
  recorded: Recorded,
  heard: readonly Heard[],
  foreign: ReadonlySet<string> = new Set(),
): readonly Nearest[] {
  const same = heard.filter((one) => sameKind(recorded, one));
  const strip = (value: unknown) => without(value, foreign);
  const ofAgents = same.filter(({ from }) => from !== 'Python');
  const args = nearest(
    'args',
    strip(recorded.args),
    ofAgents.map((one) => strip(one.args)),
  );
  if (recorded.kind === 'cast' || recorded.failure) return [args];
  const answered = same.filter((one) => 'result' in one);
  return [
    args,
    nearest(
      'result',
      strip(recorded.result),
      answered.map((one) => strip(one.result)),
    ),
  ];
}

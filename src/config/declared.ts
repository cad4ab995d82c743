import { normalName } from './file.ts';
import type { AnyGroup, OptionDefinition } from './option.ts';
import { optionGroups } from './options/index.ts';

/** A declared option as it is reached from a name in a file. */
export interface Declared {
  readonly group: string;
  readonly name: string;
  readonly definition: OptionDefinition<unknown>;
}

/** Every name that is read, present and former, as `group/name` → what it declares. */
export interface Declarations {
  readonly present: ReadonlyMap<string, Declared>;
  readonly former: ReadonlyMap<string, readonly Declared[]>;
  readonly groups: ReadonlySet<string>;
}

/** Section names are compared without case, but for DEFAULT. */
export const normalGroup = (section: string): string =>
  section === 'DEFAULT' ? section : section.toLowerCase();

/** The names under which an option is looked for, the present one first. */
export function namesOf({ group, name, definition }: Declared): string[] {
  const former = (definition.formerly ?? []).map((old) => {
    const at = old.indexOf('/');
    return `${at < 0 ? group : normalGroup(old.slice(0, at))}/${normalName(old.slice(at + 1))}`;
  });
  return [`${group}/${name}`, ...former];
}

function collect(groups: readonly AnyGroup[]): Declarations {
  const present = new Map<string, Declared>();
  const former = new Map<string, Declared[]>();
  for (const group of groups) {
    for (const [name, definition] of Object.entries(group.options)) {
      const declared = { group: group.name, name, definition };
      const [key, ...old] = namesOf(declared);
      present.set(key!, declared);
      for (const one of old) former.set(one, [...(former.get(one) ?? []), declared]);
    }
  }
  return { present, former, groups: new Set(groups.map(({ name }) => name)) };
}

export const declarations: Declarations = collect(optionGroups);

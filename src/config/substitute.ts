const REFERENCE = /\$(?:\$|\{([a-z_][a-z0-9._]*)\}|([a-z_][a-z0-9._]*))/gi;

/**
 * Puts other options' values for $name, ${name} and ${group.name}; $$ and \$ stand for one dollar sign. A name that
 * `lookup` does not know stays as it is, so that a password may hold a dollar sign.
 */
export function substitute(text: string, lookup: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text;
  return text
    .replaceAll('\\$', '$$$$')
    .replace(REFERENCE, (whole, braced: string | undefined, bare: string | undefined) => {
      if (whole === '$$') return '$';
      const name = (braced ?? bare)!;
      const value = lookup(name);
      if (value !== undefined) return value;
      // `$state_path.old` is state_path followed by text, unless it is a group's option.
      const dot = bare?.indexOf('.') ?? -1;
      const head = dot > 0 ? lookup(name.slice(0, dot)) : undefined;
      return head === undefined ? whole : head + name.slice(dot);
    });
}

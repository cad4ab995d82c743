import { LEVELS } from './record.ts';

/**
 * The least level a module logs at: `module=LEVEL` pairs (default_log_levels) hold for a module and what is under it,
 * the longest match counts; everything else logs from INFO on, or DEBUG.
 */
export function thresholds(pairs: readonly string[], debug: boolean): (module: string) => number {
  const levels = new Map(
    pairs.flatMap((pair) => {
      const at = pair.lastIndexOf('=');
      const level =
        LEVELS[
          pair
            .slice(at + 1)
            .trim()
            .toUpperCase()
        ];
      return at < 0 || level === undefined ? [] : [[pair.slice(0, at).trim(), level] as const];
    }),
  );
  const root = debug ? LEVELS.DEBUG! : LEVELS.INFO!;
  return (module) => {
    for (let name = module; name !== ''; name = name.slice(0, Math.max(name.lastIndexOf('.'), 0))) {
      const level = levels.get(name);
      if (level !== undefined) return level;
    }
    return root;
  };
}

/** How long to wait before the next try of something that failed `failures` times in a row. */
export interface Backoff {
  readonly firstSeconds: number;
  readonly maxSeconds: number;
}

export const standardBackoff: Backoff = { firstSeconds: 1, maxSeconds: 60 };

/**
 * Milliseconds until the next try: doubled for each failure up to the maximum, then spread over ±50 % so that many
 * items (or many agents) that failed together do not come back together.
 */
export function delayAfter(failures: number, backoff: Backoff, random: () => number = Math.random): number {
  const seconds = Math.min(backoff.maxSeconds, backoff.firstSeconds * 2 ** Math.min(failures - 1, 30));
  return seconds * 1000 * (0.5 + random());
}

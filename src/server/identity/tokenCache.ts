/** Answers by key for some time; requests for one key at a time share one question. */
export interface TokenCache<T> {
  get(key: string, ask: () => Promise<T>): Promise<T>;
}

const capacity = 10_000;

/** Keeps `seconds` long at most (-1: not at all); a failed question is not kept. */
export function createTokenCache(seconds: number) {
  const kept = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>();
  return {
    async get<T>(key: string, ask: () => Promise<T>): Promise<T> {
      const now = Date.now();
      const known = kept.get(key);
      if (known && known.until > now) return known.answer as Promise<T>;
      const answer = ask();
      if (seconds > 0) {
        if (kept.size >= capacity) kept.delete(kept.keys().next().value!);
        kept.delete(key);
        kept.set(key, { until: now + seconds * 1000, answer });
        answer.catch(() => kept.delete(key));
      }
      return answer;
    },
  } satisfies TokenCache<never>;
}

import type { Finding } from './finding.ts';
import type { Listed } from './problem.ts';

/** Which findings have been seen long enough to be shown, over repeated looks. */
export interface Lasting {
  /** Takes the findings of one look; returns those that have lasted, and forgets those that are gone. */
  look(findings: readonly Finding[], nowSeconds: number): readonly Finding[];
}

const keyOf = ({ code, host, subject }: Finding): string =>
  [code, host ?? '', subject?.resource ?? '', subject?.id ?? ''].join(' ');

/** Keeps what only flaps from being shown: each problem says how long it must last. */
export function createLasting(catalogue: readonly Listed[]): Lasting {
  const needed = new Map(catalogue.map(({ code, lastsSeconds = 0 }) => [code, lastsSeconds]));
  let since = new Map<string, number>();
  return {
    look(findings, nowSeconds) {
      since = new Map(findings.map((finding) => [keyOf(finding), since.get(keyOf(finding)) ?? nowSeconds]));
      return findings.filter(
        (finding) => nowSeconds - since.get(keyOf(finding))! >= (needed.get(finding.code) ?? 0),
      );
    },
  };
}

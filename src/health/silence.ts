import type { Finding } from './finding.ts';
import type { Listed } from './problem.ts';

/** Findings to show, root causes first, and those that another one explains. */
export interface Explained {
  readonly shown: readonly Finding[];
  readonly silenced: readonly { readonly finding: Finding; readonly by: Finding }[];
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

/** Whether two findings are at one place: on one host, or one of them everywhere. */
const meet = (one: Finding, other: Finding): boolean =>
  one.host === undefined || other.host === undefined || one.host === other.host;

/**
 * Leaves out the consequences of what was found as well, and sorts: errors first, and among equals what explains most.
 */
export function explain(findings: readonly Finding[], catalogue: readonly Listed[]): Explained {
  const causes = new Map(catalogue.map(({ code, dependsOn = [] }) => [code, dependsOn]));
  /** Codes of everything that may cause a problem, step by step. */
  const rootsOf = (code: string): Set<string> => {
    const reached = new Set<string>();
    const open = [...(causes.get(code) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(...(causes.get(next) ?? []));
    }
    return reached;
  };
  const shown: Finding[] = [];
  const silenced: { finding: Finding; by: Finding }[] = [];
  for (const finding of findings) {
    const roots = rootsOf(finding.code);
    const by = findings.find((other) => roots.has(other.code) && meet(other, finding));
    if (by) silenced.push({ finding, by });
    else shown.push(finding);
  }
  const explains = (finding: Finding) => silenced.filter(({ by }) => by === finding).length;
  return {
    shown: shown.toSorted((a, b) => RANK[a.severity] - RANK[b.severity] || explains(b) - explains(a)),
    silenced,
  };
}

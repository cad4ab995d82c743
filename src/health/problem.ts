import type { Finding, Severity, Where } from './finding.ts';

/** What is known of a problem before it occurs. */
export interface Kind {
  /** Stable, for scripts and searches: words in lower case, joined by underscores. */
  readonly code: string;
  readonly title: string;
  readonly severity: Severity;
  /** Why it happens, and what follows from it: for someone who is no network specialist. */
  readonly cause: string;
  /** The command loses nothing and interrupts nothing, so that `neutron-doctor --fix` may run it. */
  readonly safe?: true;
  /** Codes of problems that cause this one: when one of them is found at the same place, this one is not shown. */
  readonly dependsOn?: readonly string[];
  /** Seconds for which it must be seen before it is shown, where it is looked at again and again; 0 when not given. */
  readonly lastsSeconds?: number;
}

/** What a problem is declared with. `Args` are the facts of one occurrence. */
export interface Declaration<Args> extends Kind {
  /** What is wrong here, as one sentence with the names and numbers of this occurrence, without a full stop. */
  readonly sentence: (args: Args) => string;
  /** What to do, as one sentence. */
  readonly fix: (args: Args) => string;
  /** The line to paste into a root shell of the finding's host; none when no single line does it. */
  readonly command?: (args: Args) => string | undefined;
  /** An occurrence, for docs/problems.md. */
  readonly example: NoInfer<Args>;
}

/** A problem of the catalogue, whatever its arguments. */
export interface Listed extends Kind {
  /** The finding of its example. */
  illustrate(): Finding;
}

export interface Problem<Args> extends Listed {
  /** States that it was found, with what was seen. */
  found(args: Args, where?: Where): Finding;
}

/** Declares a problem. */
export function problem<Args>(declaration: Declaration<Args>): Problem<Args> {
  const { sentence, fix, command, example, ...kind } = declaration;
  const { code, title, severity, cause, safe } = kind;
  const found = (args: Args, { host, subject, evidence = [] }: Where = {}): Finding => {
    const line = command?.(args);
    return {
      code,
      title,
      severity,
      text: sentence(args),
      cause,
      fix: fix(args),
      ...(line === undefined ? {} : { command: line }),
      ...(safe && line !== undefined ? { safe } : {}),
      ...(host === undefined ? {} : { host }),
      ...(subject === undefined ? {} : { subject }),
      evidence: [...evidence],
    };
  };
  return { ...kind, found, illustrate: () => found(example) };
}

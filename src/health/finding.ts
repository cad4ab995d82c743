/**
 * error: something does not work. warning: it works, and will not for long, or not for everybody. info: worth knowing
 * when something else is wrong.
 */
export type Severity = 'error' | 'warning' | 'info';

/** What of the API a finding is about. */
export interface Subject {
  /** The resource's name: port, network, router, agent, … */
  readonly resource: string;
  readonly id: string;
}

/** Where a problem was found, and what was seen there. */
export interface Where {
  /** The host it is on; absent when it concerns the whole deployment. */
  readonly host?: string;
  readonly subject?: Subject;
  /** What was read or measured, a line each, as the operator could see it too. Never a secret. */
  readonly evidence?: readonly string[];
}

/** One occurrence of a problem, ready to be shown: plain data that crosses RPC and the API as it is. */
export interface Finding {
  readonly code: string;
  readonly title: string;
  readonly severity: Severity;
  readonly text: string;
  readonly cause: string;
  readonly fix: string;
  readonly command?: string;
  readonly safe?: true;
  readonly host?: string;
  readonly subject?: Subject;
  readonly evidence: readonly string[];
}

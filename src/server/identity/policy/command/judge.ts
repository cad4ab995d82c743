import type { Credentials } from '../bind.ts';
import type { Policy } from '../index.ts';
import type { RuleOrigin } from '../rules.ts';
import type { Target } from '../template.ts';
import { explain, type Verdict } from './explain.ts';

/** What is said about a request: whether it passes, why, and all that was looked at. */
export interface Judgement {
  readonly allowed: boolean;
  /** The rule that decided, and where it comes from; no rule where an option did. */
  readonly decidedBy: { readonly rule?: string; readonly origin?: RuleOrigin; readonly why: string };
  /** What the API does then. */
  readonly answer: string;
  readonly isAdmin: boolean;
  readonly rules: readonly Verdict[];
}

/** Rules that must all let an action pass: `create_port:fixed_ips` stands behind `create_port`; what only reads has one. */
function rulesOf(policy: Policy, action: string): string[] {
  if (!/^(create|update)_/.test(action)) return [action];
  const words = action.split(':');
  const longer = words.map((_, index) => words.slice(0, index + 1).join(':'));
  return longer.filter((name) => name === action || policy.rules.has(name));
}

/** Where the rule comes from; of two defaults the one that let pass. */
function originOf(verdict: Verdict): { readonly origin?: RuleOrigin } {
  const origin = verdict.origin ?? verdict.parts.find(({ allowed }) => allowed)?.origin;
  return origin === undefined ? {} : { origin };
}

/** What the API does about an action that is denied: who may not see an object is not told that it exists. */
function refusal(policy: Policy, action: string, credentials: Credentials, target: Target): string {
  const [, verb, subject = '', attribute] = /^(get|create|update|delete)_([^:]+)(:.*)?$/.exec(action) ?? [];
  if (verb === 'get') {
    return attribute === undefined
      ? '404 Not Found; lists leave the object out'
      : 'the attribute is left out';
  }
  if (verb !== 'update' && verb !== 'delete') return '403 Forbidden';
  const seen = policy.bind(`get_${subject}`, credentials);
  const visible = typeof seen === 'boolean' ? seen : seen(target);
  return visible
    ? '403 Forbidden'
    : `404 Not Found, as get_${subject} does not let the caller see the object`;
}

/** Judges actions as a request that needs all of them would be. */
export function judge(
  policy: Policy,
  actions: readonly string[],
  credentials: Credentials,
  target: Target,
): Judgement {
  const names = [...new Set(actions.flatMap((action) => rulesOf(policy, action)))];
  const rules = names.map((name) => explain(policy, name, credentials, target));
  const isAdmin = credentials.is_admin;
  const allow = (decidedBy: Judgement['decidedBy']): Judgement => {
    return { allowed: true, decidedBy, answer: 'the request is carried out', isAdmin, rules };
  };
  const deny = (decidedBy: Judgement['decidedBy'], action: string): Judgement => {
    const answer = refusal(policy, action, credentials, target);
    return { allowed: false, decidedBy, answer, isAdmin, rules };
  };
  if (policy.exempts(credentials)) {
    const origin = originOf(explain(policy, 'context_is_admin', credentials, credentials));
    const why = 'administrators pass without being asked, while [oslo_policy] enforce_new_defaults is off';
    return allow({ rule: 'context_is_admin', ...origin, why });
  }
  const scope = names.length === 1 ? policy.scopeFault(names[0]!, credentials) : undefined;
  if (scope) {
    const why = `[oslo_policy] enforce_scope: a token of a ${scope.needed} is needed, this one is of the ${scope.given}`;
    return deny({ why }, names[0]!);
  }
  const denied = rules.find(({ allowed }) => !allowed);
  if (denied) {
    const why = 'it does not let this caller pass';
    return deny({ rule: denied.text, ...originOf(denied), why }, denied.text);
  }
  const last = rules.at(-1)!;
  const why =
    rules.length > 1 ? 'the last of those needed, all of which let pass' : 'it lets this caller pass';
  return allow({ rule: last.text, ...originOf(last), why });
}

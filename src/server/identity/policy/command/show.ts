import { placeOf } from '../../../../log/notices.ts';
import { pythonText } from '../../../../resources/pythonText.ts';
import type { Credentials } from '../bind.ts';
import { checkText } from '../parse.ts';
import type { Rule, RuleOrigin } from '../rules.ts';
import type { Target } from '../template.ts';
import type { Verdict } from './explain.ts';
import type { Judgement } from './judge.ts';

const originText = (origin: RuleOrigin): string =>
  typeof origin === 'string' ? origin : placeOf(origin).replace(/: $/, '');

/** A verdict and what it was made of, a line each, the parts indented. */
function tree({ allowed, text, note, origin, parts }: Verdict, depth: number): string[] {
  const from = origin === undefined ? '' : `  [${originText(origin)}]`;
  const line = `${allowed ? 'yes' : 'no '}  ${'  '.repeat(depth)}${text}${from}${note === undefined ? '' : `  (${note})`}`;
  return [line, ...parts.flatMap((part) => tree(part, depth + 1))];
}

function callerText({ user_id, project_id, system_scope, roles, is_admin }: Credentials): string {
  const scope = system_scope
    ? 'of the whole system'
    : project_id === null
      ? 'of no project'
      : `of project ${project_id}`;
  const names = roles.length === 0 ? 'no role' : `roles ${roles.join(', ')}`;
  return `${user_id === null ? 'somebody' : `user ${user_id}`} ${scope}, ${names}${is_admin ? '; an administrator' : ''}`;
}

const targetText = (target: Target): string =>
  Object.entries(target)
    .map(([name, value]) => `${name}=${pythonText(value)}`)
    .join(' ') || 'nothing is known of it';

/** The answer of `check`, for people. */
export function judgementLines(
  { allowed, decidedBy, answer, rules }: Judgement,
  actions: readonly string[],
  credentials: Credentials,
  target: Target,
): string[] {
  const { rule, origin, why } = decidedBy;
  const decisive =
    rule === undefined ? '' : `rule '${rule}'${origin === undefined ? '' : ` [${originText(origin)}]`}: `;
  return [
    `${allowed ? 'ALLOWED' : 'DENIED'}: ${actions.join(', ')}`,
    `decided by ${decisive}${why}`,
    `the API: ${answer}`,
    `caller: ${callerText(credentials)}`,
    `object: ${targetText(target)}`,
    '',
    ...rules.flatMap((verdict) => tree(verdict, 0)),
  ];
}

/** The answer of `check`, for programs. */
export const judgementJson = (
  { allowed, decidedBy, answer, isAdmin, rules }: Judgement,
  actions: readonly string[],
  target: Target,
): string =>
  JSON.stringify(
    { allowed, actions, decided_by: decidedBy, answer, is_admin: isAdmin, target, rules },
    null,
    2,
  );

/** A line of `list`: as a policy file has it, with where it comes from behind. */
export const ruleLine = ({ name, check, parts }: Rule): string => {
  const origins = [...new Set(parts.map(({ origin }) => originText(origin)))];
  const text = check.kind === 'true' ? '' : checkText(check);
  return `${JSON.stringify(name)}: ${JSON.stringify(text)}  # ${origins.join(' or ')}`;
};

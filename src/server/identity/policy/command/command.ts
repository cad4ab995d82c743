import { loadConfig } from '../../../../config/load.ts';
import { nearest } from '../../../../config/nearest.ts';
import type { Config } from '../../../../config/option.ts';
import { VERSION } from '../../../../config/version.ts';
import { placeOf } from '../../../../log/notices.ts';
import { CannotStart } from '../../../cannotStart.ts';
import { credentialsOf } from '../../credentials.ts';
import type { Policy } from '../index.ts';
import { readPolicy } from '../load.ts';
import { type CheckArguments, HELP, parseArguments, WrongArguments } from './arguments.ts';
import { judge } from './judge.ts';
import { judgementJson, judgementLines, ruleLine } from './show.ts';

/** Where the lines go. */
export interface Output {
  out(line: string): void;
  err(line: string): void;
}

/** The policy of the command line's configuration; what is wrong with it goes to err. */
async function policyOf(config: Config, { err }: Output): Promise<Policy | undefined> {
  const { policy, notices } = await readPolicy(config);
  const wrong = config.notices.filter(({ level }) => level === 'error');
  for (const { level, text, origin } of [...wrong, ...notices]) {
    if (level !== 'info') err(`${level}: ${placeOf(origin)}${text}`);
  }
  return wrong.length > 0 ? undefined : policy;
}

function check(args: CheckArguments, policy: Policy, { out, err }: Output): number {
  const { actions, caller } = args;
  for (const action of actions) {
    if (policy.rules.has(action)) continue;
    const meant = nearest(action, policy.rules.names);
    err(`warning: there is no rule '${action}'.${meant === undefined ? '' : ` Did you mean '${meant}'?`}`);
  }
  const credentials = credentialsOf(caller, policy);
  const { project_id } = credentials;
  const target = args.target ?? { tenant_id: project_id, project_id };
  const judgement = judge(policy, actions, credentials, target);
  if (args.json) out(judgementJson(judgement, actions, target));
  else for (const line of judgementLines(judgement, actions, credentials, target)) out(line);
  return judgement.allowed ? 0 : 1;
}

/** neutron-policy; returns its exit status: 0 allowed or listed, 1 denied, 2 cannot be told. */
export async function policyCommand(argv: readonly string[], output: Output): Promise<number> {
  try {
    const args = parseArguments(argv);
    if (typeof args === 'string') {
      output.out(args === 'help' ? HELP : `neutron-policy ${VERSION}`);
      return 0;
    }
    const config = loadConfig({ program: 'neutron-server', argv: args.config });
    const policy = await policyOf(config, output);
    if (!policy) return 2;
    if (args.command === 'check') return check(args, policy, output);
    const { words } = args;
    const named = policy.rules.names.filter(
      (name) => words.length === 0 || words.some((word) => name.includes(word)),
    );
    for (const name of named.sort()) output.out(ruleLine(policy.rules.get(name)));
    return 0;
  } catch (error) {
    if (error instanceof WrongArguments) output.err(`${HELP}\n\nneutron-policy: error: ${error.message}`);
    else if (error instanceof CannotStart) output.err(`neutron-policy: ${error.message}`);
    else throw error;
    return 2;
  }
}

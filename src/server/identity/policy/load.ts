import type { Config } from '../../../config/option.ts';
import { policy as options } from '../../../config/options/index.ts';
import type { Log } from '../../../log/log.ts';
import { placeOf } from '../../../log/notices.ts';
import { policyFiles, readPolicyFile, stampOf } from './files.ts';
import { createPolicy, type Policy, type PolicySource } from './index.ts';
import { policyNotices } from './notices.ts';

/** How long the rules are used without looking whether a file has changed, in milliseconds. */
const unwatched = 20;

/**
 * The policy of a configuration: Neutron's defaults, overridden by [oslo_policy] policy_file and the files in
 * policy_dirs, if there are any; and what there is to say about the files.
 *
 * @throws PolicyFault naming the file, the line and the rule that cannot be used
 */
export async function readPolicy(config: Config, files = policyFiles(config)) {
  const { policy_default_rule, enforce_new_defaults, enforce_scope } = config.group(options);
  const given = (await Promise.all(files.map(readPolicyFile))).flat();
  const policy = createPolicy({
    given,
    newDefaultsOnly: enforce_new_defaults,
    enforceScope: enforce_scope,
    defaultRule: policy_default_rule,
  });
  return { policy, notices: policyNotices(given, policy.rules, policy_default_rule) };
}

/**
 * The policy of a configuration as the files are now: a changed file counts from the next request on. One that cannot
 * be used is refused at the start; later it is logged, and the rules before stay.
 *
 * @throws PolicyFault
 */
export async function loadPolicy(config: Config, log: Log): Promise<PolicySource> {
  const logger = log.named('oslo_policy.policy');

  async function read(files: readonly string[]): Promise<Policy> {
    const { policy, notices } = await readPolicy(config, [...files]);
    for (const { level, text, origin } of notices) logger[level](`${placeOf(origin)}${text}`);
    return policy;
  }

  const files = policyFiles(config);
  let stamp = stampOf(files);
  let current: Policy | Promise<Policy> = await read(files);
  let looked = performance.now();

  function reload(before: Policy): Promise<Policy> {
    const failed = (error: unknown): Policy => {
      logger.error(`The policy stays as it was: ${(error as Error).message}`);
      return before;
    };
    return Promise.resolve()
      .then(() => read(policyFiles(config)))
      .then((policy) => {
        logger.info('The policy files have changed and are in force.');
        return policy;
      }, failed)
      .then((policy) => {
        current = policy;
        return policy;
      });
  }

  function stampNow(): string {
    try {
      return stampOf(policyFiles(config));
    } catch (error) {
      return (error as Error).message;
    }
  }

  return {
    current() {
      if (current instanceof Promise || performance.now() - looked < unwatched) return current;
      looked = performance.now();
      const now = stampNow();
      if (now === stamp) return current;
      stamp = now;
      current = reload(current);
      return current;
    },
  };
}

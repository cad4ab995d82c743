import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Config } from '../../../config/option.ts';
import { policy as options } from '../../../config/options/index.ts';
import { createPolicy, type Policy } from './index.ts';

/** The first place where a configured file exists: as given, beside a configuration file, or in /etc/neutron. */
function locate(config: Config, name: string): string | undefined {
  if (isAbsolute(name)) return existsSync(name) ? name : undefined;
  const folders = [...config.files.map((file) => dirname(file)), '/etc/neutron'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Rules of one YAML (or JSON) file: a mapping of rule names to rules. */
async function readRules(path: string): Promise<Record<string, string>> {
  const { parse } = await import('yaml');
  const content: unknown = parse(readFileSync(path, 'utf8')) ?? {};
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new SyntaxError(`${path}: a policy file is a mapping of rule names to rules`);
  }
  return Object.fromEntries(Object.entries(content).map(([name, rule]) => [name, String(rule ?? '')]));
}

/**
 * The policy of a configuration: Neutron's defaults, overridden by [oslo_policy] policy_file and the files in
 * policy_dirs, if there are any.
 *
 * @throws SyntaxError naming the file or the rule that does not parse
 */
export async function loadPolicy(config: Config): Promise<Policy> {
  const { policy_file, policy_dirs, policy_default_rule, enforce_new_defaults } = config.group(options);
  const folders = policy_dirs.map((name) => locate(config, name)).filter((path) => path !== undefined);
  const files = [
    locate(config, policy_file),
    ...folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => !name.startsWith('.'))
        .sort()
        .map((name) => join(folder, name)),
    ),
  ].filter((path) => path !== undefined);
  const rules = await Promise.all(files.map(readRules));
  return createPolicy({
    overrides: Object.assign({}, ...rules) as Record<string, string>,
    newDefaultsOnly: enforce_new_defaults,
    defaultRule: policy_default_rule,
  });
}

import type { Config, OptionDefinition, OptionGroup } from '../../../config/option.ts';
import { placeOf } from '../../../log/notices.ts';

/** An option as evidence: where it stands and what it is, or that it has its default. Never a secret's value. */
export function settingOf<Options extends Record<string, OptionDefinition<unknown>>>(
  config: Config,
  group: OptionGroup<Options>,
  name: keyof Options & string,
): string {
  const origin = config.origin(group.name, name);
  const value = config.group(group)[name];
  const shown = group.options[name]!.secret ? '***' : Array.isArray(value) ? value.join(',') : String(value);
  return origin.default
    ? `[${group.name}] ${name} is not set${value === null || shown === '' ? '' : `, which stands for ${shown}`}`
    : `${placeOf(origin)}[${group.name}] ${name} = ${shown}`;
}

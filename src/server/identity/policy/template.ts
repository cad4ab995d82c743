import { pythonText } from '../../../resources/pythonText.ts';

/** What a rule is asked about: a resource's attributes, and `network:tenant_id` and the like of its parent. */
export type Target = Readonly<Record<string, unknown>>;

/** A text with `%(name)s` in it, as Python formats it: literal texts and, between them, names of the target's values. */
export type Template = readonly (string | { readonly name: string })[];

/** @throws SyntaxError for what Python could not format */
export function parseTemplate(text: string): Template {
  return text.split(/(%%|%\([^)]*\)s)/).flatMap((part): Template => {
    if (part === '') return [];
    if (part === '%%') return ['%'];
    const name = /^%\(([^)]*)\)s$/.exec(part)?.[1];
    if (name !== undefined) return [{ name }];
    if (part.includes('%')) throw new SyntaxError(`'${text}' has a % that is neither %(name)s nor %%`);
    return [part];
  });
}

/** The text when it does not depend on the target. */
export const constantOf = (template: Template): string | undefined =>
  template.every((part) => typeof part === 'string') ? template.join('') : undefined;

/** The text with the target's values; undefined when the target lacks one. */
export function fill(template: Template, target: Target): string | undefined {
  let text = '';
  for (const part of template) {
    if (typeof part === 'string') text += part;
    else if (Object.hasOwn(target, part.name)) text += pythonText(target[part.name]);
    else return undefined;
  }
  return text;
}

import { convert } from '../../../resources/converters/index.ts';
import { type ResourceDefinition, resources } from '../../../resources/index.ts';
import { pythonText } from '../../../resources/pythonText.ts';
import { parseTemplate, type Template } from './template.ts';

/** One `kind:match` of a rule. */
export type Atom = { readonly text: string } & (
  | { readonly kind: 'true' | 'false' }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'role'; readonly match: Template }
  /** The project that owns the target or, as `network:tenant_id`, its parent. */
  | { readonly kind: 'owner'; readonly field: string }
  | { readonly kind: 'field'; readonly field: string; readonly ofNetwork: boolean; readonly test: FieldTest }
  /** Asks another server, which is not done here. */
  | { readonly kind: 'remote' }
  | { readonly kind: 'literal'; readonly value: string; readonly match: Template }
  | { readonly kind: 'credential'; readonly path: readonly string[]; readonly match: Template }
);

type FieldTest = { readonly equals: unknown } | { readonly like: RegExp };

const definitions = new Map<string, ResourceDefinition>(
  Object.values(resources).map((definition) => [definition.collection, definition]),
);

/** What str() makes of a Python literal; undefined for what is none. */
function literalOf(kind: string): string | undefined {
  if (/^(True|False|None)$/.test(kind)) return kind;
  const quoted = /^(['"])((?:(?!\1)[^\\]|\\.)*)\1$/s.exec(kind);
  if (quoted) return quoted[2]!.replace(/\\(['"\\])/g, '$1');
  if (/^[+-]?\d+$/.test(kind)) return String(BigInt(kind.replace('+', '')));
  if (/^[+-]?(\d+\.\d*|\.\d+)$/.test(kind))
    return Number(kind)
      .toString()
      .replace(/^(-?\d+)$/, '$1.0');
  return undefined;
}

/** `networks:shared=True`; a value that begins with ~ is a regular expression. */
function fieldAtom(text: string, match: string): Atom {
  const [, collection, field, value] = /^([^:]*):([^=]*)=(.*)$/s.exec(match) ?? [];
  if (collection === undefined || field === undefined || value === undefined) {
    throw new SyntaxError(`'${text}' is not of the form field:<collection>:<attribute>=<value>`);
  }
  const ofNetwork = collection === 'networks' && field === 'shared';
  const common = { text, kind: 'field', field, ofNetwork } as const;
  if (value.startsWith('~')) {
    try {
      return { ...common, test: { like: new RegExp(`^(?:${value.slice(1)})`) } };
    } catch (error) {
      throw new SyntaxError(`'${text}' holds no regular expression: ${(error as Error).message}`);
    }
  }
  const attributes = definitions.get(collection)?.attributes;
  const converter = attributes && Object.hasOwn(attributes, field) ? attributes[field]?.convert : undefined;
  try {
    return { ...common, test: { equals: converter ? convert(converter, value) : value } };
  } catch (error) {
    throw new SyntaxError(
      `'${text}' compares with a value that ${field} cannot have: ${(error as Error).message}`,
    );
  }
}

function ownerAtom(text: string, match: string): Atom {
  const field = /^%\((.*)\)s$/s.exec(match)?.[1];
  if (field === undefined) throw new SyntaxError(`'${text}' is not of the form tenant_id:%(<name>)s`);
  return { text, kind: 'owner', field };
}

/**
 * Reads one check of a rule.
 *
 * @throws SyntaxError saying what is wrong
 */
export function parseAtom(text: string): Atom {
  if (text === '@') return { kind: 'true', text };
  if (text === '!') return { kind: 'false', text };
  const colon = text.indexOf(':');
  if (colon < 0) throw new SyntaxError(`policy check '${text}' is not of the form kind:match`);
  const [kind, match] = [text.slice(0, colon), text.slice(colon + 1)];
  switch (kind) {
    case 'rule':
      return { text, kind, name: match };
    case 'role':
      return { text, kind, match: parseTemplate(match) };
    case 'tenant_id':
      return ownerAtom(text, match);
    case 'field':
      return fieldAtom(text, match);
    case 'http':
    case 'https':
      return { text, kind: 'remote' };
  }
  const value = literalOf(kind);
  if (value !== undefined) return { text, kind: 'literal', value, match: parseTemplate(match) };
  if (!/^[A-Za-z_][\w.-]*$/.test(kind)) {
    throw new SyntaxError(`'${text}' begins with neither a name nor a literal: ${pythonText([kind])}`);
  }
  return { text, kind: 'credential', path: kind.split('.'), match: parseTemplate(match) };
}

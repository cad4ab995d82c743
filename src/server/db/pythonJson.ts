import { asciiJson } from './asciiJson.ts';

/**
 * JSON as Python's json.dumps writes it, to the space. Columns that hold JSON are searched as text: Neutron finds an L3
 * agent by `"agent_mode": "legacy"`.
 */
export function pythonJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return asciiJson(value ?? null);
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${fields.map(([key, inner]) => `${asciiJson(key)}: ${pythonJson(inner)}`).join(', ')}}`;
}

/** The same, with the outermost keys sorted, as Neutron's objects store what they hold. */
export const sortedPythonJson = (value: object): string =>
  pythonJson(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));

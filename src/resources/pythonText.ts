const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A character as Python's repr() prints it: what cannot be seen by its number. */
function escaped(character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  const form = [
    { length: 2, letter: 'x' },
    { length: 4, letter: 'u' },
    { length: 8, letter: 'U' },
  ].find(({ length }) => code.length <= length)!;
  return escapes[character] ?? `\\${form.letter}${code.padStart(form.length, '0')}`;
}

const quoted = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(/\\|(?! )[\p{C}\p{Z}]/gu, escaped);
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote;
};

/** A JSON value as Python's repr() prints it. */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (typeof value === 'object') {
    const pairs = Object.entries(value).map(([key, item]) => `${quoted(key)}: ${pythonRepr(item)}`);
    return `{${pairs.join(', ')}}`;
  }
  return String(value);
}

/** A JSON value as Python's str() prints it: what Neutron's messages hold where a client's value is repeated. */
export function pythonText(value: unknown): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}

/** Whether Python holds a JSON value for false. */
export const isPythonFalse = (value: unknown): boolean =>
  !value || (typeof value === 'object' && Object.keys(value).length === 0);

import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

type Operations = Readonly<
  Record<string, { readonly responses: Readonly<Record<string, { readonly content?: object }>> }>
>;

/** An API's description, as far as answers are held against it. */
export interface Described {
  readonly paths: Readonly<Record<string, Operations>>;
}

const pointer = (...segments: readonly string[]): string =>
  segments
    .map(
      (segment) =>
        `/${segment.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}`,
    )
    .join('');

/** Holds answers against a description: says what is wrong with one, or nothing. */
export function answersOf(document: Described) {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, validateFormats: true, allErrors: false });
  formats.default(ajv);
  ajv.addSchema({ ...document }, 'api');
  const templates = Object.keys(document.paths)
    .map((template) => ({ template, form: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`) }))
    // A fixed path before one with a parameter in its place.
    .sort((a, b) => a.template.split('{').length - b.template.split('{').length);

  /** The described path that a request's path stands for; hyphens and underscores are one, `.json` and a last slash go. */
  function templateOf(path: string): string | undefined {
    const plain = path.split('?')[0]!.replace(/(?<=\/v2\.0\/.+)\/$/, '');
    const [, version, collection, ...rest] = plain.split('/');
    const spellings = [plain, plain.replace(/\.json$/, '')].flatMap((spelling) =>
      collection
        ? [
            spelling,
            ...[['_', '-'] as const, ['-', '_'] as const].map(([from, to]) =>
              [`/${version}/${collection.replaceAll(from, to)}`, ...rest].join('/').replace(/\.json$/, ''),
            ),
          ]
        : [spelling],
    );
    for (const spelling of spellings) {
      const found = templates.find(({ form }) => form.test(spelling));
      if (found) return found.template;
    }
    return undefined;
  }

  function wrongWith(method: string, path: string, status: number, body: unknown): string | undefined {
    // Neutron answers OPTIONS as GET; nobody relies on it.
    if (method === 'OPTIONS') return undefined;
    const template = templateOf(path);
    if (template === undefined) return status < 400 ? `${path} is not described` : undefined;
    const operation = document.paths[template]![method.toLowerCase()];
    if (!operation) return status < 400 ? `${method} ${template} is not described` : undefined;
    const response = operation.responses[String(status)] ?? operation.responses.default;
    if (!response) return `${method} ${template}: status ${status} is not described`;
    if (!response.content) return undefined;
    const where = pointer(
      'paths',
      template,
      method.toLowerCase(),
      'responses',
      operation.responses[String(status)] ? String(status) : 'default',
      'content',
      'application/json',
      'schema',
    );
    const validate = ajv.getSchema(`api#${where}`);
    if (!validate) return `${where} is no schema`;
    return validate(body) ? undefined : `${method} ${template} ${status}: ${ajv.errorsText(validate.errors)}`;
  }

  return { templateOf, wrongWith };
}

import { str } from '../python/value.ts';
import type { Format } from './format.ts';

/** `name="value"` lines that a shell can evaluate; quotes are escaped in texts only, as the original does. */
export const shell: Format = {
  one: ({ columns, rows }, options) => {
    const wanted = options.texts('variables');
    return columns
      .map((column, index) => [column.toLowerCase().replaceAll(' ', '_'), rows[0]![index]!] as const)
      .filter(([name]) => wanted.length === 0 || wanted.includes(name))
      .map(([name, value]) => {
        const text = typeof value === 'string' ? value.replaceAll('"', '\\"') : str(value);
        return `${options.text('prefix') ?? ''}${name.replace(/[:-]/g, '_')}="${text}"\n`;
      })
      .join('');
  },
};

import type { Format } from './format.ts';

export const listFormats = ['csv', 'json', 'table', 'value', 'yaml'] as const;
export const oneFormats = ['json', 'shell', 'table', 'value', 'yaml'] as const;

/** Loads a format by its name on the command line; only the one in use is read from disk. */
export const loadFormat = async (name: string): Promise<Format> => {
  switch (name) {
    case 'json':
      return (await import('./json.ts')).json;
    case 'csv':
      return (await import('./csv.ts')).csv;
    case 'value':
      return (await import('./value.ts')).value;
    case 'yaml':
      return (await import('./yaml.ts')).yaml;
    case 'shell':
      return (await import('./shell.ts')).shell;
    default:
      return (await import('./table.ts')).table;
  }
};

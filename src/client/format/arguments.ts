import { type Argument, flag, option, repeated, type Section } from '../argparse/argument.ts';
import { integer } from '../argparse/types.ts';
import { listFormats, oneFormats } from './load.ts';

const outputFormatters: Section = { title: 'output formatters', description: 'output formatter options' };
const csvFormatter: Section = { title: 'CSV Formatter' };
const jsonFormatter: Section = { title: 'json formatter' };
const shellFormatter: Section = {
  title: 'shell formatter',
  description: 'a format a UNIX shell can parse (variable="value")',
};
const tableFormatter: Section = { title: 'table formatter' };

const common = (formats: readonly string[]): Argument[] => [
  option(['-f', '--format'], {
    dest: 'formatter',
    choices: formats,
    default: 'table',
    help: 'the output format, defaults to table',
    section: outputFormatters,
  }),
  repeated(['-c', '--column'], {
    dest: 'columns',
    metavar: 'COLUMN',
    default: [],
    help: 'specify the column(s) to include, can be repeated to show multiple columns',
    section: outputFormatters,
  }),
];

const noindent = flag('--noindent', {
  help: 'whether to disable indenting the JSON',
  section: jsonFormatter,
});

const tableArguments = (): Argument[] => [
  option('--max-width', {
    metavar: '<integer>',
    type: integer,
    default: Number(process.env.CLIFF_MAX_TERM_WIDTH ?? 0),
    help: 'Maximum display width, <1 to disable. You can also use the CLIFF_MAX_TERM_WIDTH environment variable, but the parameter takes precedence.',
    section: tableFormatter,
  }),
  flag('--fit-width', {
    default: Number(process.env.CLIFF_FIT_WIDTH ?? 0) !== 0,
    help: 'Fit the table to the display width. Implied if --max-width greater than 0. Set the environment variable CLIFF_FIT_WIDTH=1 to always enable',
    section: tableFormatter,
  }),
  flag('--print-empty', { help: 'Print empty table if there is no data to show.', section: tableFormatter }),
];

/** The output options of a command that lists. */
export const listArguments = (): Argument[] => [
  ...common(listFormats),
  option('--quote', {
    dest: 'quote_mode',
    choices: ['all', 'minimal', 'none', 'nonnumeric'],
    default: 'nonnumeric',
    help: 'when to include quotes, defaults to nonnumeric',
    section: csvFormatter,
  }),
  noindent,
  ...tableArguments(),
  repeated('--sort-column', {
    dest: 'sort_columns',
    metavar: 'SORT_COLUMN',
    default: [],
    help: 'sort the rows by this column; repeat for further columns, the first counts most; unknown ones are ignored',
    section: outputFormatters,
  }),
  flag('--sort-ascending', {
    dest: 'sort_direction',
    action: 'constant',
    constant: 'asc',
    default: null,
    exclusive: 'sort direction',
    help: 'smallest first',
    section: outputFormatters,
  }),
  flag('--sort-descending', {
    dest: 'sort_direction',
    action: 'constant',
    constant: 'desc',
    default: null,
    exclusive: 'sort direction',
    help: 'largest first',
    section: outputFormatters,
  }),
];

/** The output options of a command that shows one object. */
export const oneArguments = (): Argument[] => [
  ...common(oneFormats),
  noindent,
  repeated('--variable', {
    dest: 'variables',
    metavar: 'VARIABLE',
    default: [],
    hidden: true,
    section: shellFormatter,
  }),
  option('--prefix', { default: '', help: 'add a prefix to all variable names', section: shellFormatter }),
  ...tableArguments(),
];

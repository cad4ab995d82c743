import { pythonRepr, pythonText } from './pythonText.ts';

type Placeholder<Text extends string> = Text extends `${string}%(${infer Name})${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

/** HTTP status and message template, by the name of Neutron's exception class. */
export type ErrorTable = Readonly<Record<string, readonly [number, string]>>;

/** The arguments that an error's message template names. */
export type FaultArguments<Table extends ErrorTable, Type extends keyof Table> = {
  readonly [Name in Placeholder<Table[Type][1]>]: unknown;
};

/** An error for the client: becomes {"NeutronError": {type, message, detail}} with its status. */
export class NeutronError extends Error {
  readonly type: string;
  readonly status: number;
  readonly detail: string;

  constructor(type: string, status: number, message: string, detail = '') {
    super(message);
    this.name = type;
    this.type = type;
    this.status = status;
    this.detail = detail;
  }
}

/**
 * Makes the function that makes the errors of a table. TypeScript checks that every placeholder has an argument;
 * arguments are raw values, printed as Python prints them.
 */
export const faults =
  <const Table extends ErrorTable>(table: Table) =>
  <Type extends keyof Table & string>(
    type: Type,
    ...[args]: keyof FaultArguments<Table, Type> extends never ? [] : [FaultArguments<Table, Type>]
  ): NeutronError => {
    const [status, template] = table[type]!;
    const values = (args ?? {}) as Record<string, unknown>;
    const message = template.replace(/%\((\w+)\)([sdr])/g, (_, name: string, kind: string) =>
      kind === 'r' ? pythonRepr(values[name]) : pythonText(values[name]),
    );
    return new NeutronError(type, status, message);
  };

import { type Argument, option, positional, withUnderscores } from '../argparse/argument.ts';
import { action, type Call, type Command } from '../command.ts';
import type { Remark } from '../diagnosis/remark.ts';
import { checkCanWait, type Target, type TargetOf, untilApplied } from '../diagnosis/wait.ts';
import { ClientError, NotUnique } from '../errors.ts';
import { oneArguments } from '../format/arguments.ts';
import { type Dict, isDict } from '../python/value.ts';
import type { Resource } from '../resources.ts';
import { extraValues, mergeInto } from './extra.ts';
import { detailArguments } from './list.ts';
import { isTable, printOne, readable } from './output.ts';

interface Common {
  readonly about: string;
  readonly resource: Resource;
  readonly arguments?: readonly Argument[];
  /** What the path of the collection starts with. */
  parent?(call: Call): Promise<string>;
}

/** A command that changes something. */
interface Changing {
  /** What `--wait` waits for after a change to this object; there is no such option when not given. */
  readonly applied?: TargetOf;
}

export interface CreateDefinition extends Common, Changing {
  /** What is worth saying about the object that was made. */
  readonly remark?: Remark;
  body(call: Call): Promise<Dict> | Dict;
}

export interface ByIdDefinition extends Common {
  /** Whether a name does as well as an id; it does unless told otherwise. */
  readonly names?: boolean;
}

export interface ShowDefinition extends ByIdDefinition {
  /** What is worth saying about the object that was shown. */
  readonly remark?: Remark;
  /** Indent of JSON within a table's cell. */
  readonly indent?: number;
  /** Changes the object before it is shown in a table. */
  arrange?(object: Dict): Dict;
}

const collection = async (definition: Common, call: Call): Promise<string> =>
  `${(await definition.parent?.(call)) ?? ''}${definition.resource.path}`;

const waits = ({ applied }: Changing): { waits?: true } => (applied ? { waits: true } : {});

const commandName = ({ commandName, name }: Resource): string => commandName ?? name;

const subject = (definition: ByIdDefinition, purpose: string, details: Partial<Argument> = {}): Argument =>
  positional('id', definition.resource.name.toUpperCase(), {
    help: `${definition.names === false ? 'ID' : 'ID or name'} of the ${definition.resource.name} to ${purpose}.`,
    ...details,
  });

/** `--tenant-id`, which creates for another project. */
export const tenantArguments = withUnderscores(
  option('--tenant-id', { metavar: 'TENANT_ID', help: 'The owner tenant ID.' }),
);

/** A command that creates an object and shows it. */
export const create = (definition: CreateDefinition): Command =>
  action({
    about: definition.about,
    output: oneArguments(),
    arguments: [...tenantArguments, ...(definition.arguments ?? [])],
    ...waits(definition),
    async run(call) {
      await checkCanWait(call);
      const { name } = definition.resource;
      const rest = mergeInto(call.args, extraValues(call.extra));
      const path = await collection(definition, call);
      const body = { ...(await definition.body(call)), ...rest };
      const created = (await call.api.post(path, { [name]: body }))[name];
      const object = isDict(created) ? created : undefined;
      if (object && isTable(call.args)) call.print(`Created a new ${name}:\n`);
      await printOne(call, object ? (isTable(call.args) ? readable(object) : object) : { '': '' });
      if (!object) return;
      await untilApplied(call, definition.applied?.(object));
      await definition.remark?.(call, object);
    },
  });

/** A command that shows one object. */
export const show = (definition: ShowDefinition): Command =>
  action({
    about: definition.about,
    output: oneArguments(),
    arguments: [...detailArguments, subject(definition, 'look up'), ...(definition.arguments ?? [])],
    async run(call) {
      const { resource } = definition;
      const path = await collection(definition, call);
      const given = call.args.text('id') ?? '';
      const id = definition.names === false ? given : await call.api.findId(resource, given, path);
      const fields = call.args.texts('fields');
      const details: Dict = call.args.flag('show_details') ? { verbose: 'True' } : {};
      const found = (await call.api.get(`${path}/${id}`, fields.length > 0 ? { fields } : details))[
        resource.name
      ];
      if (!isDict(found)) throw new ClientError(`'${resource.name}'`);
      if (Object.keys(found).length === 0)
        throw new ClientError(`The server sent nothing of ${fields.join(', ')} for this ${resource.name}.`);
      const table = isTable(call.args);
      await printOne(call, table ? readable(definition.arrange?.(found) ?? found, definition.indent) : found);
      await definition.remark?.(call, found);
    },
  });

export interface UpdateDefinition extends ByIdDefinition, Changing {
  body?(call: Call): Promise<Dict> | Dict;
}

/** A command that changes an object. */
export const update = (definition: UpdateDefinition): Command =>
  action({
    about: definition.about,
    arguments: [subject(definition, 'update'), ...(definition.arguments ?? [])],
    ...waits(definition),
    async run(call) {
      const { resource } = definition;
      await checkCanWait(call);
      const path = await collection(definition, call);
      const rest = mergeInto(call.args, extraValues(call.extra));
      const body = { ...(await definition.body?.(call)), ...rest };
      if (Object.keys(body).length === 0)
        throw new ClientError(`Must specify new values to update ${commandName(resource)}`);
      const given = call.args.text('id') ?? '';
      const find = definition.names === false ? call.api.checkId : call.api.findId;
      const id = await find.call(call.api, resource, given, path);
      await call.api.put(`${path}/${id}`, { [resource.name]: body });
      call.print(`Updated ${resource.name}: ${given}\n`);
      await untilApplied(call, definition.applied?.({ id }));
    },
  });

/** A command that deletes any number of objects, as far as they exist. */
export const remove = (definition: ByIdDefinition & Changing): Command =>
  action({
    about: definition.about,
    arguments: [
      subject(definition, 'delete; may be repeated', { nargs: '+' }),
      ...(definition.arguments ?? []),
    ],
    ...waits(definition),
    async run(call) {
      const { resource } = definition;
      await checkCanWait(call);
      const path = await collection(definition, call);
      const deleted: string[] = [];
      const targets: (Target | undefined)[] = [];
      const missing: string[] = [];
      const ambiguous: string[] = [];
      for (const given of call.args.texts('id')) {
        try {
          const id = definition.names === false ? given : await call.api.findId(resource, given, path);
          const target = await targetOf(definition, call, `${path}/${id}`);
          await call.api.delete(`${path}/${id}`);
          deleted.push(given);
          targets.push(target);
        } catch (error) {
          if (error instanceof NotUnique) ambiguous.push(given);
          else if (error instanceof ClientError && error.status === 404) missing.push(given);
          else throw error;
        }
      }
      const what = `${commandName(resource)}(s)`;
      if (deleted.length > 0) call.print(`Deleted ${what}: ${deleted.join(', ')}\n`);
      const problems: string[] = [];
      if (missing.length > 0) problems.push(`Unable to find ${what} with id(s) '${missing.join(', ')}'.`);
      if (ambiguous.length > 0)
        problems.push(
          `Multiple ${what} matches found for name(s) '${ambiguous.join(', ')}'. Please use an ID to be more specific.`,
        );
      if (problems.length > 0) throw new ClientError(problems.join('\n'));
      await untilApplied(call, ...targets);
    },
  });

/** What to wait for after an object is gone: it must be asked before. */
const targetOf = async (
  { applied, resource }: ByIdDefinition & Changing,
  { api, wait }: Call,
  path: string,
): Promise<Target | undefined> => {
  if (wait === undefined || !applied) return undefined;
  const { [resource.name]: object } = await api.get(path);
  return isDict(object) ? applied(object) : undefined;
};

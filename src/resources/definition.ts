import type { ConverterName } from './converters/index.ts';
import type { Policies } from './policies/rule.ts';
import type { Rule } from './validators/index.ts';

/**
 * One attribute of an API resource, as pure data. Attributes stand in Neutron's order, which is the order in which a
 * body's faults are found.
 */
export interface Attribute {
  /** May be given on create. */
  readonly post?: true;
  /** May be changed. */
  readonly put?: true;
  /** Value on create when the client gives none. Neither default nor `optional`: mandatory on create. */
  readonly default?: unknown;
  /** The client may leave it out and the service decides. */
  readonly optional?: true;
  /** Applied before validation. */
  readonly convert?: ConverterName;
  /** How a filter on a list of dictionaries is read. */
  readonly convertList?: 'kvp_list_to_dict';
  readonly validate?: Rule;
  /** What an answer holds, where validation and conversion do not say it; a text otherwise. */
  readonly holds?:
    | 'boolean'
    | 'integer'
    | 'numeral'
    | 'object'
    | 'objects'
    | 'text'
    | 'texts'
    | 'time'
    | 'uuid'
    | 'uuids';
  /** Never shown. */
  readonly hidden?: true;
  readonly filter?: true;
  readonly sort?: true;
  /** Setting it has a policy rule of its own, `create_network:shared`. */
  readonly enforcePolicy?: true;
  /** Policy rules refer to it: loaded whatever fields are asked for. */
  readonly requiredByPolicy?: true;
  /** The extension that brings it; absent for the core. */
  readonly alias?: string;
  /** Its name in refusals: Neutron declares some projects as project_id, others as tenant_id, and takes either. */
  readonly called?: 'project_id';
}

export type Attributes = Readonly<Record<string, Attribute>>;

/** One API resource: everything the server, the client and the documentation know about its shape. */
export interface ResourceDefinition {
  /** Singular, the key of a body: `security_group`. */
  readonly name: string;
  /** Plural with underscores: `security_groups`. */
  readonly collection: string;
  /** Path segment after /v2.0/: `security-groups`. */
  readonly path: string;
  /** Stands below each member of this resource: /v2.0/<its path>/<id>/<path>, with policy rules `create_port_binding`. */
  readonly below?: string;
  /** The extension that brings it; absent for the core. */
  readonly alias?: string;
  readonly attributes: Attributes;
  /** Order of the keys in responses. */
  readonly order: readonly string[];
  /** Several in one POST. */
  readonly bulk?: true;
  /** The attribute that tells members apart where that is not `id`. */
  readonly key?: string;
  /** A list of it comes whole: limit and marker are not looked at. */
  readonly unpaged?: true;
  /** A list of it comes in an order of its own: sort keys are not looked at. */
  readonly unsorted?: true;
  /** Filters that are none of its attributes reach the service as they are. */
  readonly anyFilter?: true;
  /** PUT /<path>/<id>/<action>. */
  readonly actions?: readonly string[];
  /** Carries tags. */
  readonly tags?: true;
  /** Has a quota, with the option quota_<name>: how many a project may have when no option says otherwise, -1 for any. */
  readonly quota?: number;
  /** Who may do what with it: Neutron's default rules by name. */
  readonly policies?: Policies;
}

/** Checks a definition's shape and keeps its literal types. */
export const defineResource = <const Definition extends ResourceDefinition>(
  definition: Definition,
): Definition => definition;

/**
 * Members of one resource in a list below each member of another, /v2.0/<its path>/<id>/<path>, which POST adds to and
 * DELETE takes from: the networks of a DHCP agent.
 */
export interface MembersDefinition {
  readonly path: string;
  readonly below: ResourceDefinition;
  readonly shows: ResourceDefinition;
  readonly alias: string;
  /** Its policy rules: to see the list, and what follows `create_` and `delete_` in those of one member. */
  readonly rules: { readonly list: string; readonly member: string };
  /** The attribute of a POST's body that names what to add; absent where the list only tells. */
  readonly adds?: string;
}

export const defineMembers = <const Definition extends MembersDefinition>(
  definition: Definition,
): Definition => definition;

/** What follows the verb in the names of a resource's policy rules. */
export const policySubject = ({ name, below }: ResourceDefinition): string =>
  below === undefined ? name : `${below}_${name}`;

/** The attribute that tells a resource's members apart, and that a marker names. */
export const keyOf = ({ key = 'id' }: ResourceDefinition): string => key;

/** A rule, or the new default with the deprecated one that also lets pass unless [oslo_policy] enforce_new_defaults. */
export type DefaultRule = string | readonly [string, string];

export type Policies = Readonly<Record<string, DefaultRule>>;

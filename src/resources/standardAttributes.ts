import type { Attribute } from './definition.ts';

/** Attributes that most resources share, declared once. */
export const id = { validate: 'uuid', filter: true, sort: true } as const satisfies Attribute;

/** A name for people, which several may have. */
export const name = {
  post: true,
  put: true,
  default: '',
  validate: { string: 255 },
  filter: true,
  sort: true,
} as const satisfies Attribute;

export const projectId = {
  post: true,
  validate: { string: 255 },
  filter: true,
  sort: true,
  requiredByPolicy: true,
} as const satisfies Attribute;

/** Of every resource that has a row in standardattributes. */
export const standard = {
  description: {
    post: true,
    put: true,
    default: '',
    validate: { string: 255 },
    filter: true,
    alias: 'standard-attr-description',
  },
  created_at: { holds: 'time', alias: 'standard-attr-timestamp' },
  updated_at: { holds: 'time', alias: 'standard-attr-timestamp' },
  revision_number: { holds: 'integer', filter: true, alias: 'standard-attr-revisions' },
} as const satisfies Record<string, Attribute>;

/** Tags, and the filters that only exist as query parameters. */
export const tags = {
  tags: { holds: 'texts', filter: true, alias: 'standard-attr-tag' },
  'tags-any': { hidden: true, filter: true, alias: 'standard-attr-tag' },
  'not-tags': { hidden: true, filter: true, alias: 'standard-attr-tag' },
  'not-tags-any': { hidden: true, filter: true, alias: 'standard-attr-tag' },
} as const satisfies Record<string, Attribute>;

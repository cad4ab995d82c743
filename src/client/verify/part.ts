/** Something the tests need: what it is, or in words why it is not there. */
export type Part<T> = { readonly is: T } | Missing;

export interface Missing {
  readonly missing: string;
}

export const missing = (why: string): Missing => ({ missing: why });

export interface Known {
  readonly id: string;
  readonly address: string;
}

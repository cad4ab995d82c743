/** A JSON schema, draft 2020-12, which is OpenAPI 3.1's. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** What a handler answers with; `body` undefined sends none. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** In place of `body`: JSON text in pieces, each asked for when the client has taken the one before. */
  readonly stream?: AsyncIterable<string>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default application/json. */
  readonly contentType?: string;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent: Answer = { status: 204 };

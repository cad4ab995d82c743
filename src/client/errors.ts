/** What a command fails with: the text goes to stderr as it is and the exit status is 1. */
export class ClientError extends Error {
  /** HTTP status when a server's answer (or a failed look-up, 404) is the cause. */
  readonly status: number | undefined;
  constructor(message: string, status?: number, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/** The server does not know the path, so probably not the kind of object. */
export class NoSuchPath extends ClientError {}

/** More than one object has the name that was given. */
export class NotUnique extends ClientError {
  constructor(resource: string, name: string) {
    super(`Multiple ${resource} matches found for name '${name}', use an ID to be more specific.`);
  }
}

/** The query does not fit in a URL; `excess` is by how many bytes. */
export class UriTooLong extends ClientError {
  readonly excess: number;
  constructor(excess: number) {
    super('An unknown exception occurred.');
    this.excess = excess;
  }
}

/** A word that is no valid value; the message is the reason alone. */
export class InvalidValue extends Error {}

/** A command line that cannot be parsed: exit status 2. The message is the usage and the reason, for stderr. */
export class UsageError extends Error {}

/** The command line asked for help or the version instead of doing anything. */
export class HelpRequest extends Error {
  readonly kind: 'help' | 'version';
  constructor(kind: 'help' | 'version') {
    super(kind);
    this.kind = kind;
  }
}

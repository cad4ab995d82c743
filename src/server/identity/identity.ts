/** Who sent a request, before policy decides what that means. */
export interface Caller {
  readonly userId: string | null;
  readonly userName: string | null;
  readonly userDomainId: string | null;
  readonly userDomainName: string | null;
  /** Empty for a token that is not of a project. */
  readonly projectId: string;
  readonly projectName: string | null;
  readonly projectDomainId: string | null;
  readonly projectDomainName: string | null;
  readonly roles: readonly string[];
  /** `all` for a token of the whole system. */
  readonly systemScope?: string;
  /** Of a token of a domain. */
  readonly domainId?: string;
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A way of finding out who sent a request. */
export interface Identity {
  /** @throws Unauthorized, IdentityUnavailable */
  authenticate(headers: Headers): Promise<Caller>;
  /** Asks ahead for what its first caller will need. */
  prepare?(): void;
  /** The value of WWW-Authenticate in a 401. */
  readonly challenge: string;
}

/** No valid credentials: 401. */
export class Unauthorized extends Error {}

/** The identity service cannot be asked: 503. */
export class IdentityUnavailable extends Error {}

import type { Address, Worth } from './frames.ts';

/** A message that a session has not confirmed, or that nobody listens for yet. `expires` is in milliseconds. */
interface Stored {
  readonly id: number;
  readonly to: Address;
  readonly body: Buffer;
  readonly expires: number;
}

interface Session {
  readonly id: string;
  readonly name: string;
  /** Undefined while the peer is away. */
  route: Buffer | undefined;
  lastSeen: number;
  /** What it listens to: topics, and the server it is on each (two, if it listens twice). */
  readonly topics: Map<string, Set<string>>;
  readonly pending: Map<number, Stored>;
}

export interface SwitchboardOptions {
  readonly keepFor: number;
  readonly heartbeatTimeout: number;
  readonly limit: number;
  readonly deliver: (route: Buffer, id: number, to: Address, body: Buffer) => void;
  /** Tells of peers that come and go. */
  readonly report: (text: string) => void;
  /** Milliseconds. */
  readonly now?: () => number;
}

/**
 * Who listens to what, and what is on its way: the hub without its socket. The semantics of a broker: a topic's
 * message goes to one listener in turn, a fanout to all. What a peer has not confirmed is delivered again when it
 * comes back, for `keepFor` seconds; what nobody listens to waits as long for a listener, except a fanout.
 */
export class Switchboard {
  readonly #options: SwitchboardOptions;
  readonly #now: () => number;
  readonly #sessions = new Map<string, Session>();
  readonly #routes = new Map<string, Session>();
  readonly #listening = new Map<string, Set<Session>>();
  #unclaimed: Stored[] = [];
  #nextId = 1;
  #turn = 0;

  constructor(options: SwitchboardOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** A peer is there on this route; true when its session was still known. Its listeners are announced afterwards. */
  attach(route: Buffer, id: string, name: string): boolean {
    const known = this.#sessions.get(id);
    const session: Session = known ?? {
      id,
      name,
      route,
      lastSeen: this.#now(),
      topics: new Map(),
      pending: new Map(),
    };
    if (session.route) this.#routes.delete(session.route.toString('hex'));
    session.route = route;
    session.lastSeen = this.#now();
    this.#sessions.set(id, session);
    this.#routes.set(route.toString('hex'), session);
    for (const stored of session.pending.values())
      this.#options.deliver(route, stored.id, stored.to, stored.body);
    if (!known) this.#options.report(`${name} is connected`);
    return known !== undefined;
  }

  /** The peer on this route spoke; false when it has to introduce itself. */
  isKnown(route: Buffer): boolean {
    const session = this.#routes.get(route.toString('hex'));
    if (!session) return false;
    session.lastSeen = this.#now();
    return true;
  }

  listen(route: Buffer, topic: string, server: string): void {
    const session = this.#routes.get(route.toString('hex'));
    if (!session) return;
    session.topics.set(topic, (session.topics.get(topic) ?? new Set()).add(server));
    this.#listening.set(topic, (this.#listening.get(topic) ?? new Set()).add(session));
    const waiting = this.#unclaimed;
    this.#unclaimed = [];
    for (const stored of waiting) if (!this.#route(stored)) this.#unclaimed.push(stored);
  }

  forget(route: Buffer, topic: string, server: string): void {
    const session = this.#routes.get(route.toString('hex'));
    const servers = session?.topics.get(topic);
    servers?.delete(server);
    if (session && servers?.size === 0) this.#unlisten(session, topic);
  }

  /** Takes a message over; false when it is only for who is present, and nobody is. */
  send(to: Address, body: Buffer, { seconds = this.#options.keepFor, present }: Worth = {}): boolean {
    if (present && 'topic' in to && !this.#attachedListener(to)) return false;
    const expires = this.#now() + Math.min(seconds, this.#options.keepFor) * 1000;
    const stored: Stored = { id: this.#nextId++, to, body, expires };
    if (!this.#route(stored) && !('reply' in to || to.fanout)) this.#keep(stored);
    return true;
  }

  got(route: Buffer, id: number): void {
    this.#routes.get(route.toString('hex'))?.pending.delete(id);
  }

  /** The peer is away, perhaps for a moment: what can be done by others is given to them. */
  detach(route: Buffer): void {
    const session = this.#routes.get(route.toString('hex'));
    if (!session) return;
    this.#routes.delete(route.toString('hex'));
    session.route = undefined;
    this.#options.report(`${session.name} is away`);
    for (const stored of session.pending.values()) {
      if ('reply' in stored.to || stored.to.fanout || !this.#attachedListener(stored.to)) continue;
      session.pending.delete(stored.id);
      this.#route(stored);
    }
  }

  /** The peer leaves for good. */
  leave(route: Buffer): void {
    const session = this.#routes.get(route.toString('hex'));
    if (session) this.#drop(session, 'has left');
  }

  /** Notices silent peers and drops what is kept too long; to be called every few seconds. */
  expire(): void {
    const now = this.#now();
    for (const session of this.#sessions.values()) {
      const silent = now - session.lastSeen;
      if (session.route && silent > this.#options.heartbeatTimeout * 1000) this.detach(session.route);
      if (!session.route && silent > this.#options.keepFor * 1000) this.#drop(session, 'did not come back');
      for (const [id, { expires }] of session.pending) if (expires < now) session.pending.delete(id);
    }
    this.#unclaimed = this.#unclaimed.filter(({ expires }) => expires >= now);
  }

  #drop(session: Session, why: string): void {
    this.#sessions.delete(session.id);
    if (session.route) this.#routes.delete(session.route.toString('hex'));
    this.#options.report(`${session.name} ${why}`);
    for (const topic of session.topics.keys()) this.#unlisten(session, topic);
    for (const stored of session.pending.values())
      if (!('reply' in stored.to) && !stored.to.fanout && !this.#route(stored)) this.#keep(stored);
  }

  #unlisten(session: Session, topic: string): void {
    session.topics.delete(topic);
    const sessions = this.#listening.get(topic);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#listening.delete(topic);
  }

  /** Keeps a message for a listener to come. When there are too many the oldest goes: who comes late resyncs. */
  #keep(stored: Stored): void {
    this.#unclaimed.push(stored);
    if (this.#unclaimed.length > this.#options.limit) this.#unclaimed.shift();
  }

  #listeners(to: { topic: string; server?: string }): Session[] {
    const { topic, server } = to;
    const sessions = [...(this.#listening.get(topic) ?? [])];
    return server === undefined ? sessions : sessions.filter(({ topics }) => topics.get(topic)?.has(server));
  }

  #attachedListener(to: { topic: string; server?: string }): boolean {
    return this.#listeners(to).some(({ route }) => route !== undefined);
  }

  /** Gives a message to whom it is for; false when nobody is there. */
  #route(stored: Stored): boolean {
    const { to } = stored;
    if ('reply' in to) {
      const session = this.#sessions.get(to.reply);
      if (session) this.#give(session, stored);
      return session !== undefined;
    }
    const listeners = this.#listeners(to);
    if (to.fanout) {
      for (const session of listeners) this.#give(session, { ...stored, id: this.#nextId++ });
      return listeners.length > 0;
    }
    const present = listeners.filter(({ route }) => route !== undefined);
    const candidates = present.length > 0 ? present : listeners;
    const chosen = candidates[this.#turn++ % candidates.length];
    if (chosen) this.#give(chosen, stored);
    return chosen !== undefined;
  }

  #give(session: Session, stored: Stored): void {
    session.pending.set(stored.id, stored);
    if (session.route) this.#options.deliver(session.route, stored.id, stored.to, stored.body);
    // A peer that falls so far behind starts over: it resynchronises instead of working off old messages.
    if (session.pending.size > this.#options.limit) {
      session.pending.clear();
      this.#drop(session, `left ${this.#options.limit} messages unconfirmed`);
    }
  }
}

interface Waiting<In, Out> {
  readonly one: In;
  resolve(out: Out): void;
  reject(error: unknown): void;
}

/**
 * Work that costs little more for several than for one: what comes while it is under way waits, and is then done all at
 * once, at most `most` of it. When several fail together each is tried by itself, so that one fails for no other's sake.
 * @param work gives an answer for each, in order
 */
export function gathered<In, Out>(
  most: number,
  work: (all: readonly In[]) => Promise<readonly Out[]>,
): (one: In) => Promise<Out> {
  let waiting: Waiting<In, Out>[] = [];
  let isRunning = false;

  async function attempt(now: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const answers = await work(now.map(({ one }) => one));
      for (const [at, { resolve }] of now.entries()) resolve(answers[at]!);
    } catch (error) {
      if (now.length === 1) now[0]!.reject(error);
      else for (const alone of now) await attempt([alone]);
    }
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      const now = waiting.slice(0, most);
      waiting = waiting.slice(most);
      await attempt(now);
    }
    isRunning = false;
  }

  return (one) =>
    new Promise((resolve, reject) => {
      waiting.push({ one, resolve, reject });
      if (!isRunning) void run();
    });
}

/** What must be put right before a command ends because its user pressed Ctrl-C. */
let cleanUp: (() => Promise<void>) | undefined;

/** Sets what to do when the command in use is interrupted; undefined for nothing. */
export function onInterrupt(work: (() => Promise<void>) | undefined): void {
  cleanUp = work;
}

/** Does it, once; a second interruption finds nothing to do. */
export async function interrupted(): Promise<void> {
  const work = cleanUp;
  cleanUp = undefined;
  await work?.();
}

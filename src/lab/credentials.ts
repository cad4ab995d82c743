/**
 * Forgets the OpenStack credentials of the shell this was started from: a lab's commands must never speak to the cloud
 * that the operator happens to be logged in to.
 */
export function forgetCredentials(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('OS_')) delete process.env[name];
}

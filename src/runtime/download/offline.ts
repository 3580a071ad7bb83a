/** `ICHOR_OFFLINE`: nothing is fetched. */
export function isOffline(env: NodeJS.ProcessEnv = process.env): boolean {
  const stated = env.ICHOR_OFFLINE?.trim().toLowerCase() ?? '';
  return !['', '0', 'false', 'no', 'off'].includes(stated);
}

const SECONDS = 30;

/** How long code of a plugin may hold the program, or be waited for while it loads (ICHOR_PLUGIN_SECONDS). */
export function pluginSeconds(): number {
  const stated = Number(process.env.ICHOR_PLUGIN_SECONDS);
  return stated > 0 && stated < 86_400 ? stated : SECONDS;
}

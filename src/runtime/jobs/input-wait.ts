/** So long what another machine wrote may not be seen on a network drive: attribute caches keep what was for up to 60 s. */
const INPUT_WAIT_SECONDS = 90;

/** How long a job looks for its inputs. `ICHOR_INPUT_WAIT_SECONDS` changes it. */
export function inputWaitSeconds(env: NodeJS.ProcessEnv = process.env): number {
  const stated = env.ICHOR_INPUT_WAIT_SECONDS === undefined ? Number.NaN : Number(env.ICHOR_INPUT_WAIT_SECONDS);
  return Number.isFinite(stated) && stated >= 0 ? stated : INPUT_WAIT_SECONDS;
}

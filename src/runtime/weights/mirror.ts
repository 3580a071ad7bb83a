import { IchorError } from '../../errors.ts';
import { withoutPassword } from '../download/address.ts';

/**
 * The address that is asked: with `ICHOR_WEIGHTS_MIRROR` its address in the place of scheme and host, and the published path
 * behind it.
 * @throws IchorError `weights-mirror` (exit 2) where it is no web address
 */
export function mirrored(url: string, env: NodeJS.ProcessEnv = process.env): string {
  const stated = env.ICHOR_WEIGHTS_MIRROR?.trim();
  if (!stated) return url;
  if (!URL.canParse(stated) || !/^https?:$/.test(new URL(stated).protocol))
    throw new IchorError(
      'weights-mirror',
      `ICHOR_WEIGHTS_MIRROR is ${JSON.stringify(withoutPassword(stated))}, which is no web address.`,
      'Set it to https://HOST/PATH; files that are on a disk here: `ichor weights add FILE`.',
      2,
    );
  const mirror = new URL(stated);
  const published = new URL(url);
  mirror.pathname = `${mirror.pathname.replace(/\/+$/, '')}${published.pathname}`;
  mirror.search = published.search;
  mirror.hash = '';
  return mirror.href;
}

import { resolve } from 'node:path';
import { KEY_VARIABLE } from '../runtime/store/key-variable.ts';

/** What looks for the key of private names: the process's environment, with the key that a call names in it. */
export function identityEnv(stated: string | undefined, cwd: string): NodeJS.ProcessEnv {
  if (stated === undefined) return process.env;
  return {
    ...process.env,
    [KEY_VARIABLE]: /[\\/]/.test(stated) && !stated.startsWith('~') ? resolve(cwd, stated) : stated,
  };
}

import { readFile } from './fs.ts';
import { systemCode } from './system-error.ts';

/** The text of a file; null where there is none, whatever stands in its way is no folder included. */
export async function textIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

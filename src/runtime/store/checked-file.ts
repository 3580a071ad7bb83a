import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { mkdir, readFile, rename, rm, stat, writeFile } from '../../files/fs.ts';
import { asideOf } from '../../files/write.ts';

/**
 * What was kept by `keepChecked`; null where that is not there, cannot be read or is not what was written, whatever the
 * reason: these files only spare work.
 */
export async function readChecked(file: string): Promise<unknown> {
  try {
    // Opening a pipe that somebody put there would wait for ever.
    if (!(await stat(file)).isFile()) return null;
    const text = await readFile(file, 'utf8');
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    return text.slice(0, end) === sum(body) ? JSON.parse(body) : null;
  } catch {
    return null;
  }
}

/**
 * Writes a value with a check sum, aside and renamed: whoever reads finds the old one or the new one, of two writers the
 * last one's. Not synced, since what a crash leaves is told by its sum. Says why it could not be kept; null: it was.
 */
export async function keepChecked(file: string, value: unknown): Promise<string | null> {
  const aside = asideOf(file);
  try {
    const body = JSON.stringify(value);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(aside, `${sum(body)}\n${body}`, { mode: 0o600 });
    await rename(aside, file);
    return null;
  } catch (error) {
    await rm(aside, { force: true }).catch(() => {});
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}

const sum = (text: string): string => createHash('sha256').update(text).digest('hex');

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';

/**
 * Vitest's set-up of each test file: what it, and the commands that it starts, make among the temporary files lies in a folder
 * that goes when the file has ended. Registered first, so that it runs after the file's own.
 */
const folder = mkdtempSync(join(inject('onceFolder'), 'tmp-'));
// Some tests look at it as another user.
chmodSync(folder, 0o755);
// Keys of private names are the user's own: a test's are the test's.
process.env.ICHOR_CONFIG = join(folder, 'config');
for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

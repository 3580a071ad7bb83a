import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { findEngine, verifyEngine } from '../../../../src/runtime/engine/install/find.ts';
import { installEngine } from '../../../../src/runtime/engine/install/install.ts';
import { PIN } from '../../../../src/runtime/engine/install/pin.ts';
import type { InstalledEngine } from '../../../../src/runtime/engine/install/record.ts';
import { tryLibraries } from '../../../../src/runtime/engine/install/try-libraries.ts';
import { parts, temporaryFolder } from './fakes.ts';

let engine: InstalledEngine | null;
beforeAll(async () => {
  engine = await findEngine();
});

test('the installed engine has its hashes, and computes in a child process', async (context) => {
  if (!engine) return context.skip('no native engine is installed');
  await verifyEngine(engine);
  await expect(tryLibraries(engine)).resolves.toEqual({ version: engine.version });
});

test('the installed engine is installed again with --from, really tried', async (context) => {
  if (!engine) return context.skip('no native engine is installed');
  const cache = await temporaryFolder();
  const result = await installEngine(
    { from: engine.folder, emit: () => {} },
    { ...parts(cache, PIN, process.env), tryLibraries },
  );
  expect(result).toMatchObject({ status: 'installed', engine: { version: engine.version, files: engine.files } });
  await access(join(cache, `tensorflow-${engine.version}`, engine.cc));
});

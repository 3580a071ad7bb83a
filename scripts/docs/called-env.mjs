import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'ichor-path-'));
for (const name of ['ichor', 'ichor.cmd']) writeFileSync(join(folder, name), '');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const { npm_command: _, ...env } = process.env;

/** The environment of whoever has `ichor` on the path: pages call it so, and hints in them are what they call. */
export const calledEnv = { ...env, NO_COLOR: '1', PATH: [folder, env.PATH].join(delimiter) };

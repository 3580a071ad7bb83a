import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { top } from '../cli.ts';

const run = promisify(execFile);
const text = readFileSync(join(top, 'docs', 'mistakes.md'), 'utf8');
const sections = text
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    title: section.slice(0, section.indexOf('\n')),
    blocks: [...section.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? ''),
  }));

test('every command of docs/mistakes.md says what stands below it (else: node scripts/docs/console.mjs)', async () => {
  await expect(run(process.execPath, [join(top, 'scripts/docs/console.mjs'), '--check'])).resolves.toMatchObject({
    stderr: '',
  });
}, 120_000);

test('it has the list of a newcomer', () => {
  const codes = sections.map(({ blocks }) => /^\S+ {2}(?:error|warning) (\S+)$/m.exec(blocks[0] ?? '')?.[1]);
  expect(codes.slice(0, 6)).toEqual([
    'unknown-key',
    'unknown-key',
    'wrong-type',
    'out-of-range',
    'unknown-component',
    'unknown-window',
  ]);
});

const words = (of: string): string[] => of.match(/[A-Za-z0-9.-]+/g) ?? [];

describe.each(sections.filter(({ blocks }) => blocks[1]?.startsWith('$ sed')))('$title', ({ blocks }) => {
  const [mistake = '', mended = ''] = blocks;

  test('is found at the line that is wrong', () => {
    const place = /^mine\.yaml:(\d+):(\d+) {2}/m.exec(mistake);
    const marked = new RegExp(`^ +> *${place?.[1]} \\| (.*)$`, 'm').exec(mistake)?.[1] ?? '';
    // What the mistake put there, or what names the window that it dropped.
    const put = /sed 's\/[^/]*\/([^/]*)\/'/.exec(mistake)?.[1] ?? 'subdural';
    expect(marked).toContain(put.trim());
    expect(Number(place?.[2])).toBeLessThanOrEqual(marked.length);
  });

  test('is mended by what the hint says, and by nothing else', () => {
    const hint = /^ +hint: (.*)$/m.exec(mistake)?.[1] ?? '';
    const [, before = '', after = ''] = /sed 's\/([^/]*)\/([^/]*)\/'/.exec(mended) ?? [];
    const added = words(after.replace('&\\n', '')).filter((word) => !words(before).includes(word));
    const said = [...words(hint), ...words(hint.replaceAll(/[.:]/g, ' '))];
    for (const word of added)
      expect(
        said.map((one) => one.replace(/[.:]$/, '')),
        hint,
      ).toContain(word);
    expect(mended.match(/^valid: mended\.yaml$/gm)?.length).toBe(mended.match(/^\$ ichor/gm)?.length);
    expect(mended).not.toMatch(/error|warning|invalid/);
  });
});

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { formatDiagnostics } from '../../../src/registry/diagnostics/format.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { fakeRegistry } from '../fake-components.ts';
import { MISTAKES, type Mistake, VALID } from './mistakes.ts';

const MARK = '«';
const folder = '/recipes';

function textOf({ text, replace }: Mistake): { text: string; line: number; column: number } {
  if (replace && !VALID.includes(replace[0])) throw new Error(`The valid recipe has no ${replace[0]}`);
  const marked = text ?? VALID.replace(...(replace as [string, string]));
  const before = marked.slice(0, Math.max(0, marked.indexOf(MARK)));
  return {
    text: marked.replace(MARK, ''),
    line: before.split('\n').length,
    column: before.length - before.lastIndexOf('\n'),
  };
}

const resolveMistake = (mistake: Mistake) =>
  resolveText(textOf(mistake).text, {
    registry: fakeRegistry,
    cwd: folder,
    ...(mistake.set ? { set: mistake.set } : {}),
    ...(mistake.files ? { files: mistake.files } : {}),
  });

test('the recipe that the mistakes are made in has none', async () => {
  const { diagnostics, recipe } = await resolveText(VALID, { registry: fakeRegistry, cwd: folder });
  expect(diagnostics).toEqual([]);
  expect(recipe?.sequence).toMatchObject({ type: 'bi-lstm', steps: 60 });
});

test('there are at least a hundred of them, each under its own name; a dozen are held to the letter', () => {
  expect(MISTAKES.length).toBeGreaterThanOrEqual(100);
  const golden = MISTAKES.flatMap((mistake) => mistake.golden ?? []);
  expect(golden.length).toBeGreaterThanOrEqual(12);
  expect(readdirSync(new URL('../../golden/diagnostics', import.meta.url)).sort()).toEqual(
    golden.map((name) => `${name}.txt`).sort(),
  );
  expect(new Set(MISTAKES.map(({ name }) => name)).size).toBe(MISTAKES.length);
});

test.each(MISTAKES.map((mistake) => [mistake.name, mistake] as const))('%s', async (_, mistake) => {
  const { line, column } = textOf(mistake);
  const { diagnostics, recipe, sources } = await resolveMistake(mistake);
  const found = diagnostics.filter(({ code, path }) => code === mistake.code && path === mistake.path);
  expect(found, JSON.stringify(diagnostics, null, 1)).toHaveLength(1);
  const [diagnostic] = found;
  if (!diagnostic) throw new Error('unreachable');
  const place = `${basename(diagnostic.file)}:${diagnostic.line}:${diagnostic.column}`;
  expect(place).toBe(mistake.at ?? `recipe.yaml:${line}:${column}`);
  if (mistake.hint) expect(diagnostic.hint).toMatch(mistake.hint);
  if (mistake.message) expect(diagnostic.message).toMatch(mistake.message);
  expect(diagnostic.severity).toBe(mistake.severity ?? 'error');
  if (mistake.severity) expect(recipe).not.toBeNull();
  else expect(recipe).toBeNull();

  const shown = await formatDiagnostics(diagnostics, { cwd: folder, sources });
  expect(shown).toContain(diagnostic.message);
  // Ajv's words, and what would be our own fault.
  expect(shown).not.toMatch(/must NOT|must match|must be equal|undefined|NaN|\[object|at .*\.ts:/);
  // The whole of it, so that a change of wording is seen: npx vitest run test/registry/diagnostics/mistakes.test.ts -u
  if (mistake.golden) await expect(`${shown}\n`).toMatchFileSnapshot(`../../golden/diagnostics/${mistake.golden}.txt`);
});

test('one mistake is one finding', async () => {
  // Mistakes of a block leave others standing, but say nothing twice.
  const counts = await Promise.all(
    MISTAKES.map(async (mistake) => [mistake.name, (await resolveMistake(mistake)).diagnostics.length] as const),
  );
  const several = counts.filter(([, count]) => count !== 1).map(([name]) => name);
  expect(several).toEqual([]);
});

test('the file of a finding is absolute', async () => {
  const mistake = MISTAKES.find(({ name }) => name === 'a mistake in the base');
  const { diagnostics } = await resolveMistake(mistake as Mistake);
  expect(diagnostics[0]?.file).toBe(join(folder, 'base.yaml'));
});

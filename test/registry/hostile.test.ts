import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolveText } from '../../src/registry/resolve.ts';
import { fakeRegistry as registry } from './fake-components.ts';
import { VALID } from './mistakes.ts';

const resolve = (text: string) => resolveText(text, { registry, cwd: '/r' });
const repeat = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');
const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...[...'bcdefghij'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghij'[i]}`)}]`),
].join('\n');

describe('a hostile file ends in an error, in bounded time', () => {
  test.each([
    ['10,000 brackets', `recipe: ${'['.repeat(10_000)}`, 'too-deep'],
    ['10,000 brackets that are closed', `recipe: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'too-deep'],
    ['10,000 dashes', `recipe:\n${'- '.repeat(10_000)}`, 'too-deep'],
    ['1,000 levels of indentation', repeat(1000, (i) => `${' '.repeat(i)}a:`), 'too-deep'],
    ['aliases of aliases', bomb, 'too-many-values'],
    ['more keys than anyone writes', repeat(30_000, (i) => `k${i}: 1`), 'too-many-values'],
    ['a key again and again', repeat(5000, () => 'k: 1'), 'duplicate-key'],
    ['15,000 unknown keys', repeat(15_000, (i) => `unknown${i}: 1`), 'unknown-key'],
    ['a language of its own', `%YAML 1.1\n---\n${VALID}`, 'yaml-syntax'],
    ['1,000 documents', '---\n'.repeat(1000), 'several-documents'],
  ])('%s', async (_, text, code) => {
    const started = performance.now();
    const { diagnostics, recipe } = await resolve(text);
    expect(recipe).toBeNull();
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
    expect(diagnostics.length).toBeLessThanOrEqual(201);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  test('aliases of moderate size are written out', async () => {
    const text = VALID.replace('{ level: 40, width: 80 }', '&brain { level: 40, width: 80 }').replace(
      '{ level: 80, width: 200 }',
      '*brain',
    );
    const { recipe } = await resolve(text);
    expect(recipe?.windows.subdural).toEqual({ type: 'linear', level: 40, width: 80 });
  });

  test('no key of a file reaches the prototype of anything', async () => {
    await resolve(`${VALID}\n__proto__: { polluted: 1 }\n"constructor": { prototype: { polluted: 1 } }\n`);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

/** Changes a person, an editor or a broken disk makes to a file. */
const mutation = fc.oneof(
  fc.record({ cut: fc.nat(VALID.length), length: fc.integer({ min: 1, max: 12 }) }).map(
    ({ cut, length }) =>
      (text: string) =>
        text.slice(0, cut) + text.slice(cut + length),
  ),
  fc
    .record({
      place: fc.nat(VALID.length),
      what: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 4 }),
        fc.constantFrom(
          '\t',
          '{',
          '[',
          '}',
          ']',
          '&a ',
          '*a',
          '!x ',
          '? ',
          '- ',
          ': ',
          '\n',
          '#',
          '"',
          '|',
          '---\n',
          '<<: ',
          '1e999',
          '-0',
          'null',
          '~',
        ),
      ),
    })
    .map(
      ({ place, what }) =>
        (text: string) =>
          text.slice(0, place) + what + text.slice(place),
    ),
  fc.record({ from: fc.nat(22), to: fc.nat(22) }).map(({ from, to }) => (text: string) => {
    const lines = text.split('\n');
    [lines[from], lines[to]] = [lines[to] ?? '', lines[from] ?? ''];
    return lines.join('\n');
  }),
);

test('any mutation of a valid recipe gives a recipe or a finding with a place inside of the file, and no exception', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
      const text = mutations.reduce((before, change) => change(before), VALID);
      const { diagnostics, recipe } = await resolve(text);
      const lines = text.split('\n');
      for (const { file, line, column, code, message } of diagnostics) {
        expect(file).toBe('/r/recipe.yaml');
        expect(line, `${code} ${message}`).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
      }
      expect(recipe === null).toBe(diagnostics.some(({ severity }) => severity === 'error'));
    }),
    { numRuns: 400 },
  );
});

test('a resolved mutation resolves to itself', async () => {
  await fc.assert(
    fc.asyncProperty(mutation, async (change) => {
      const first = await resolve(change(VALID));
      if (!first.recipe) return;
      const second = await resolve(first.text);
      expect(second.recipe).toEqual(first.recipe);
    }),
    { numRuns: 200 },
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isMap, parseDocument } from 'yaml';
import { resolveRecipe, resolveText } from '../../../src/registry/resolve/resolve.ts';
import { formatPath } from '../../../src/registry/values/path.ts';
import { VALID } from '../diagnostics/mistakes.ts';
import { fakeRegistry as registry } from '../fake-components.ts';
import { BASE, expectSound, mutation, RICH } from '../mutations.ts';

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

test('any mutation of a valid recipe gives a recipe or a finding with a place inside of a real file, and no exception', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(VALID, RICH),
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      async (whole, mutations) => {
        const text = mutations.reduce<string>((before, change) => change(before), whole);
        await expectSound(text);
      },
    ),
    { numRuns: 400 },
  );
});

test('so does any mutation of what it extends', async () => {
  await fc.assert(
    fc.asyncProperty(mutation, async (change) => {
      await expectSound(RICH, change(BASE));
    }),
    { numRuns: 100 },
  );
});

test('a resolved mutation resolves to itself, and its text to the same text', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(VALID, RICH), mutation, async (whole, change) => {
      const options = { registry, cwd: '/r', files: { 'base.yaml': BASE }, profile: ['short'] };
      const first = await resolveText(change(whole), options);
      if (!first.recipe) return;
      const second = await resolve(first.text);
      expect(second.recipe).toEqual(first.recipe);
      expect(second.text).toBe(first.text);
    }),
    { numRuns: 200 },
  );
});

/** Places of VALID and values for them, right and wrong ones. */
const assignment = fc.record({
  path: fc.constantFrom<readonly (string | number)[]>(
    ['seed'],
    ['data', 'split', 'validation'],
    ['data', 'image', 'size'],
    ['windows', 'brain', 'level'],
    ['windows', 'new'],
    ['channels', 1],
    ['augment', 0, 'probability'],
    ['augment'],
    ['backbone'],
    ['backbone', 'type'],
    ['sequence', 'cells'],
    ['sequence'],
    ['train', 'backbone', 'optimizer', 'type'],
    ['train', 'backbone', 'optimizer', 'learningRate'],
    ['train', 'sequence', 'epochs'],
    ['evaluation', 'metrics'],
  ),
  value: fc.constantFrom<unknown>(
    ...[
      0,
      1,
      0.25,
      64,
      -3,
      'none',
      'small-cnn',
      'affine',
      'sgd',
      'bone',
      true,
      null,
      [],
      ['auc'],
      ['affine', 'transpose'],
    ],
    ...[{ level: 1, width: 2 }, { type: 'bi-lstm', layers: 1 }, { epochs: 3 }],
  ),
});

test('--set equals editing the file', async () => {
  await fc.assert(
    fc.asyncProperty(assignment, async ({ path, value }) => {
      const document = parseDocument(VALID);
      // In a file a map merges with nothing: there the command line means the same only where nothing stands.
      const before = document.getIn(path);
      fc.pre(before === undefined || typeof value !== 'object' || value === null || Array.isArray(value));
      // A changed type drops the parameters of the old one on the command line, and leaves them in a file.
      fc.pre(path.at(-1) !== 'type');
      fc.pre(!(isMap(before) && typeof value === 'string' && value !== 'none'));
      document.setIn(path, document.createNode(value));
      const edited = await resolve(document.toString());
      const set = `${formatPath(path)}=${JSON.stringify(value)}`;
      const overridden = await resolveText(VALID, { registry, cwd: '/r', set: [set] });
      expect(overridden.recipe, set).toEqual(edited.recipe);
      const codes = ({ diagnostics }: typeof edited) => [...new Set(diagnostics.map(({ code }) => code))].sort();
      expect(codes(overridden), set).toEqual(codes(edited));
    }),
    { numRuns: 200 },
  );
});

describe('a recipe reads nothing outside of its project', () => {
  test.each([
    ['upwards', '../../../etc/passwd.yaml'],
    ['an absolute path', '/etc/hosts.yaml'],
    ['an address', 'https://example.org/a.yaml'],
    ['another drive', 'C:\\secret.yaml'],
  ])('extends: %s', async (_, path) => {
    const { diagnostics } = await resolve(`recipe: 1\nextends: ${JSON.stringify(path)}\n`);
    expect(diagnostics.map(({ code, line, column }) => `${code} ${line}:${column}`)).toEqual(['extends-outside 2:10']);
  });

  test('what is no recipe file is not opened, even beside the recipe', async () => {
    const read: string[] = [];
    const { diagnostics } = await resolveRecipe('/r/recipe.yaml', {
      registry,
      cwd: '/r',
      read: async (file) => {
        read.push(file);
        return { text: 'recipe: 1\nextends: secrets.txt\n' };
      },
    });
    expect(read).toEqual(['/r/recipe.yaml']);
    expect(diagnostics.map(({ code }) => code)).toEqual(['extends-missing']);
  });
});

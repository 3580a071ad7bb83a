import fc from 'fast-check';
import { expect } from 'vitest';
import { resolveText } from '../../src/registry/resolve/resolve.ts';
import { VALID } from './diagnostics/mistakes.ts';
import { fakeRegistry as registry } from './fake-components.ts';

/** What RICH extends. */
export const BASE = `recipe: 1
data:
  source: { type: phantom, studies: 20 }
  split: { validation: 0.2 }
  image: { size: 64 }
windows:
  brain: { level: 40, width: 80 }
  bone: { level: 600, width: 2800 }
channels: [brain]
augment:
  - flip-horizontal
  - { type: affine, shift: 0.1 }
backbone: { type: small-cnn, width: 0.5 }
sequence: { type: bi-lstm, cells: 32 }
train:
  backbone: { epochs: 2, optimizer: { learningRate: 1e-3 } }
profiles:
  short: { train: { backbone: { epochs: 1 }, sequence: { epochs: 1 } } }
`;

/** A recipe of every part of the language. */
export const RICH = `recipe: 1
name: rich
extends: base.yaml
channels: { append: [bone] }
augment: { remove: [flip-horizontal], patch: { affine: { probability: 0.3 } }, append: [transpose] }
backbone: { width: 1 }
sequence: { dropout: "\${data.split.validation}", steps: "\${data.image.size}" }
train:
  sequence: { optimizer: "\${train.backbone.optimizer}", epochs: "\${train.backbone.epochs}" }
profiles:
  wide: { backbone: { width: 2 } }
  short: { augment: { remove: [transpose] } }
sweep:
  grid: { sequence.layers: [1, 2] }
  pairs: { sequence.cells: [8, 16], train.backbone.epochs: [3, 4] }
  repeats: 2
`;

/** Pieces that mean something in YAML or in the language. */
const PIECES = [
  ...[
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
  ],
  ...[
    'null',
    '~',
    '${seed}',
    '${sequence}',
    '${',
    'extends: base.yaml\n',
    '{ append: [affine] }',
    'none',
    '\r\n',
    '\uFEFF',
  ],
];

type Change = (text: string) => string;

/** Changes that a person, an editor or a broken disk makes to a file. */
export const mutation: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ share: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.integer({ min: 1, max: 12 }) }).map(
    ({ share, length }): Change =>
      (text) => {
        const cut = Math.floor(share * text.length);
        return text.slice(0, cut) + text.slice(cut + length);
      },
  ),
  fc
    .record({
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      what: fc.oneof(fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom(...PIECES)),
    })
    .map(
      ({ share, what }): Change =>
        (text) => {
          const place = Math.floor(share * text.length);
          return text.slice(0, place) + what + text.slice(place);
        },
    ),
  fc.record({ from: fc.nat(22), to: fc.nat(22) }).map(
    ({ from, to }): Change =>
      (text) => {
        const lines = text.split('\n');
        [lines[from], lines[to]] = [lines[to] ?? '', lines[from] ?? ''];
        return lines.join('\n');
      },
  ),
);

/** Resolving ends in a recipe or in errors, each at a place inside of a file that is there, and never in an exception. */
export async function expectSound(text: string, base: string = BASE): Promise<void> {
  const { diagnostics, recipe } = await resolveText(text, { registry, cwd: '/r', files: { 'base.yaml': base } });
  const files: Readonly<Record<string, string>> = { '/r/recipe.yaml': text, '/r/base.yaml': base };
  for (const { file, line, column, code, message } of diagnostics) {
    const lines = files[file]?.split('\n');
    expect(lines, `${code} ${message} in ${file}`).toBeDefined();
    expect(line, `${code} ${message}`).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines?.length ?? 0);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual((lines?.[line - 1]?.length ?? 0) + 1);
  }
  expect(recipe === null).toBe(diagnostics.some(({ severity }) => severity === 'error'));
}

export { VALID };

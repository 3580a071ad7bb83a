import { IchorError } from '../../errors.ts';
import type { Severity } from '../../registry/diagnostics/diagnostic.ts';
import type { BackboneTrain } from '../../registry/kinds/backbone.ts';
import type { Path } from '../../registry/values/path.ts';
import { namesHint, weightsNamed } from './layer-names.ts';
import { type NetworkSpec, trainableOf } from './layers/spec.ts';

/** Something that a backbone's `train` says and cannot be, or hardly means. */
export interface TrainProblem {
  severity: Severity;
  code: string;
  /** Below the backbone's block. */
  path: Path;
  message: string;
  hint: string;
}

/** Everything that is wrong with `train` of a backbone. `epochs`: how long it trains, where the recipe says so in epochs. */
export function trainProblems(
  spec: Pick<NetworkSpec, 'component' | 'weights'>,
  train: BackboneTrain | undefined,
  { epochs, random }: { epochs: number | undefined; random: boolean },
): TrainProblem[] {
  if (train === undefined) return [];
  const { freeze, rates, unfreezeAfter } = train;
  const trainable = trainableOf(spec);
  const problems: TrainProblem[] = [];
  const problem = (severity: Severity, code: string, path: Path, message: string, hint: string) =>
    problems.push({ severity, code, path: ['train', ...path], message, hint });

  const namedBy = (item: string, path: Path): readonly string[] => {
    const { names, unknown } = weightsNamed(item, trainable);
    if (names !== null) return names;
    problem(
      'error',
      'weights-not-named',
      path,
      `train names ${item}, and ${spec.component} has no trained weights of this name or in this order.`,
      `${namesHint(unknown, trainable)} \`ichor describe backbone ${spec.component}\` lists them.`,
    );
    return [];
  };
  const frozen = new Set(freeze.flatMap((item, i) => namedBy(item, ['freeze', i])));
  if (frozen.size > 0 && frozen.size === trainable.length)
    problem(
      'error',
      'all-frozen',
      ['freeze'],
      `train.freeze names all ${trainable.length} weights of ${spec.component}: nothing is left to train${unfreezeAfter === null ? '' : ' before they are unfrozen'}.`,
      'Leave out what is to train: at least predictions, the layer on the six labels.',
    );

  const rated = new Map<string, string>();
  for (const [item, factor] of Object.entries(rates)) {
    const names = namedBy(item, ['rates', item]);
    const other = names.map((name) => rated.get(name)).find((one) => one !== undefined && rates[one] !== factor);
    if (other !== undefined)
      problem(
        'error',
        'rates-overlap',
        ['rates', item],
        `train.rates gives some weights two rates: ${other} (${rates[other]}) and ${item} (${factor}) both name ${names.find((name) => rated.get(name) === other)}.`,
        'Let each weight be named by one of them.',
      );
    for (const name of names) rated.set(name, item);
    if (names.length > 0 && unfreezeAfter === null && names.every((name) => frozen.has(name)))
      problem(
        'warning',
        'rate-of-frozen',
        ['rates', item],
        `train.rates gives ${item} a rate, and train.freeze holds all of its weights: the rate is used nowhere.`,
        'Leave out one of the two, or state unfreezeAfter.',
      );
  }

  if (unfreezeAfter !== null && freeze.length === 0)
    problem(
      'error',
      'unfreeze-nothing',
      ['unfreezeAfter'],
      'train.unfreezeAfter says when frozen weights begin to train, and train.freeze names none.',
      'Name them: freeze: [conv1..conv4], or leave unfreezeAfter out.',
    );
  if (unfreezeAfter !== null && epochs !== undefined && unfreezeAfter >= epochs)
    problem(
      'error',
      'unfreeze-never',
      ['unfreezeAfter'],
      `train.unfreezeAfter is ${unfreezeAfter} epochs, and the backbone trains for ${epochs}: what is frozen never trains.`,
      'Lower it below train.backbone.epochs, or leave it out.',
    );
  if (random && frozen.size > 0 && unfreezeAfter === null)
    problem(
      'warning',
      'random-frozen',
      ['freeze'],
      'train.freeze keeps weights as they are, and nothing is loaded into them: they stay random.',
      'State weights: imagenet, { file: PATH } or { run: NAME }; or freeze nothing.',
    );
  return problems;
}

/** @throws IchorError of the first problem that is an error, for those who never asked `ichor check`. */
export function assertTrains(
  spec: Pick<NetworkSpec, 'component' | 'weights'>,
  train: BackboneTrain | undefined,
  epochs: number | undefined,
): void {
  const first = trainProblems(spec, train, { epochs, random: false }).find(({ severity }) => severity === 'error');
  if (first !== undefined) throw new IchorError(first.code, first.message, first.hint, 2);
}

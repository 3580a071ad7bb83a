import { IchorError } from '../errors.ts';
import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import { endToEndFrozen } from '../registry/diagnostics/findings/end-to-end.ts';
import { finding } from '../registry/diagnostics/findings/finding.ts';
import type { BackboneTrain } from '../registry/kinds/backbone.ts';
import type { Weights } from '../registry/kinds/weights.ts';
import type { ComponentValue } from '../registry/recipe.ts';
import type { Resolution } from '../registry/resolve/resolve.ts';
import { at, type Path } from '../registry/values/path.ts';
import { weightsOrigin } from '../registry/weights-origin.ts';
import { channelWindows } from '../runtime/train/channel-windows.ts';
import { choose } from '../runtime/train/components.ts';
import { furtherBackbones } from '../runtime/train/crossfit.ts';
import { describeBackbone } from '../runtime/train/network.ts';
import { trainProblems } from '../runtime/train/train-problems.ts';
import { namesOf, weightGroups } from '../runtime/train/weight-groups.ts';

/** What `train` of a backbone says of weights by their names: they are known once its network has been run over shapes. */
export function trainingFindings({
  recipe,
  tree,
  registry,
}: Pick<Resolution, 'recipe' | 'tree' | 'registry'>): Diagnostic[] {
  if (recipe === null || tree === null || recipe.backbone === 'none') return [];
  const backbones: [Path, ComponentValue][] = [
    [['backbone'], recipe.backbone],
    ...furtherBackbones(recipe).map((value, i): [Path, ComponentValue] => [['sequence', 'backbones', i], value]),
  ];
  return backbones.flatMap(([path, value]) => {
    const train = value.train as BackboneTrain | undefined;
    const says =
      train !== undefined &&
      (train.freeze.length > 0 || Object.keys(train.rates).length > 0 || train.unfreezeAfter !== null);
    if (!says || registry.get('backbone', value.type)?.schemaOnly) return [];
    const { component, params } = choose(registry, 'backbone', value);
    const placed = (severity: Diagnostic['severity'], code: string, below: Path, message: string, hint?: string) => {
      const whole = [...path, ...below];
      return finding(severity, code, (at(tree, whole) ?? at(tree, path) ?? tree).place, whole, message, hint);
    };
    const image = {
      size: recipe.data.image.size,
      channels: recipe.channels.length,
      windows: channelWindows(recipe, registry),
    };
    try {
      const spec = describeBackbone(component, params, image);
      const problems = trainProblems(spec, train, {
        epochs: recipe.train.backbone.epochs,
        random: weightsOrigin(value.weights as Weights) === null,
      });
      const moved = namesOf(spec, weightGroups(spec, train)).some((name) => !name.startsWith('predictions/'));
      const frozen: Path = [...path, 'train', 'freeze'];
      return [
        ...problems.map(({ severity, code, path: below, message, hint }) =>
          placed(severity, code, below, message, hint),
        ),
        ...(recipe.train.endToEnd !== undefined && !moved
          ? [endToEndFrozen((at(tree, frozen) ?? tree).place, frozen, component.name)]
          : []),
      ];
    } catch (error) {
      if (!(error instanceof IchorError)) throw error;
      return [placed('error', error.code, [], error.message, error.hint)];
    }
  });
}

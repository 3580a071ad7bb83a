import type { ExportFacts } from './facts.ts';

const RSNA =
  'Trained on the RSNA Brain CT Hemorrhage Dataset: non-commercial use only (research, education), no attempt to identify or contact anyone, passing it on only with the citation: Flanders et al., Construction of a Machine Learning Dataset through Collaboration: The RSNA 2019 Brain CT Hemorrhage Challenge, Radiology: Artificial Intelligence 2020;2:3, 10.1148/ryai.2020190211. The rules of the Kaggle competition bind its download in addition.';
const IMAGENET =
  'Its backbone started from weights that were trained on ImageNet: the code that they came with has a permissive licence, the pictures have terms of their own.';

/** Under what the file may be used and passed on, as far as ichor knows. */
export function licences({ recipe, run, networks }: ExportFacts): string[] {
  const source = run.data.source ?? recipe.data.source.type;
  const from = networks.flatMap(({ training }) => training?.weights ?? []);
  return [
    'The software, ichor, is under the Apache License 2.0. It says nothing about the weights.',
    source === 'rsna'
      ? RSNA
      : source === 'phantom'
        ? 'Trained on generated pictures (phantoms), which nobody has rights to.'
        : `Trained on data of the source ${source}, whose terms ichor does not know. They may bind these weights: look before you pass them on. Weights may tell who was in the training set; treat them as the data themselves.`,
    ...from.map(
      (weights) =>
        `Started from the weights ${weights.from} (${weights.file}, ${weights.identity}).${weights.from === 'imagenet' ? ` ${IMAGENET}` : ' Their terms hold too.'}`,
    ),
  ];
}

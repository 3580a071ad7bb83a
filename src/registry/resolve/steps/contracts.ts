import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Registry } from '../../registry.ts';
import type { Node } from '../../values/value.ts';
import { accepted } from './contracts/accepted.ts';
import { lengthIsSaidOnce, scheduleFitsLength, warmUpEnds } from './contracts/budget.ts';
import { channelsFit } from './contracts/channels.ts';
import { checkpointsExist } from './contracts/checkpoints.ts';
import { embeddingsAreRead } from './contracts/crossfit.ts';
import { dataRootIsAPath } from './contracts/data-root.ts';
import { earlyStoppingCanStop, earlyStoppingFitsSchedule } from './contracts/early-stopping.ts';
import { embeddingsFit } from './contracts/embeddings.ts';
import { endToEndFits } from './contracts/end-to-end.ts';
import { factsOf, type Rule } from './contracts/facts.ts';
import { featuresFit } from './contracts/features.ts';
import { foldExists } from './contracts/folds.ts';
import { sourceGivesWhatIsRead } from './contracts/gives.ts';
import { heatMapsShow } from './contracts/heat-maps.ts';
import { imageFits, jpegFits } from './contracts/image.ts';
import { labelColumnsDiffer, labelsAreStatedOnce } from './contracts/label-columns.ts';
import { someLabelCounts } from './contracts/label-weights.ts';
import { labelsExist } from './contracts/labels.ts';
import { labelsHaveAForm } from './contracts/labels-form.ts';
import { splitLeaks } from './contracts/leak.ts';
import { figuresDiffer, metricsFit } from './contracts/metrics.ts';
import { patientsCanBeCalled, sourceHasPatients } from './contracts/patients.ts';
import { sequenceOptionsFit } from './contracts/sequence-options.ts';
import { stagesFit } from './contracts/stages.ts';
import { trackersDiffer, trackersHaveServers, trackersKeepNoSecret } from './contracts/trackers.ts';
import { trainingIsUsed } from './contracts/unused.ts';
import { weightsFit } from './contracts/weights.ts';
import { marginsAreUsed, marginsReach } from './contracts/window-margins.ts';
import { windowsShowSomething } from './contracts/window-range.ts';
import { windowValues } from './contracts/window-values.ts';
import { channelsDiffer, windowsExist } from './contracts/windows.ts';

export interface ContractOptions {
  /** What validation found: what lies under a wrong value is not judged further. */
  invalid: readonly Diagnostic[];
  /** False for predictions with a trained run, which need no labels. */
  training: boolean;
}

/** In the order in which the data flows. */
const RULES: readonly Rule[] = [
  dataRootIsAPath,
  sourceGivesWhatIsRead,
  labelsExist,
  labelsHaveAForm,
  labelColumnsDiffer,
  labelsAreStatedOnce,
  sourceHasPatients,
  splitLeaks,
  foldExists,
  imageFits,
  jpegFits,
  windowsShowSomething,
  windowValues,
  windowsExist,
  channelsDiffer,
  marginsReach,
  marginsAreUsed,
  channelsFit,
  weightsFit,
  stagesFit,
  embeddingsFit,
  embeddingsAreRead,
  featuresFit,
  sequenceOptionsFit,
  endToEndFits,
  trainingIsUsed,
  lengthIsSaidOnce,
  warmUpEnds,
  scheduleFitsLength,
  someLabelCounts,
  checkpointsExist,
  earlyStoppingCanStop,
  earlyStoppingFitsSchedule,
  patientsCanBeCalled,
  metricsFit,
  figuresDiffer,
  heatMapsShow,
  trackersDiffer,
  trackersKeepNoSecret,
  trackersHaveServers,
];

/** Do the pieces fit? The two-stage graph is proved from what its components declare: no data, no weights, no engine. */
export function checkContracts(recipe: Node, registry: Registry, options: ContractOptions): Diagnostic[] {
  const { facts, findings } = factsOf(recipe, registry, options);
  return accepted(facts, [...findings, ...RULES.flatMap((rule) => rule(facts))]);
}

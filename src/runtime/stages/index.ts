import type { Stage } from '../stage.ts';
import type { StageName } from '../stage-names.ts';
import { backboneStage } from './backbone.ts';
import { calibrateStage } from './calibrate.ts';
import { calibrationStage } from './calibration.ts';
import { embedStage } from './embed.ts';
import { endToEndStage } from './end-to-end.ts';
import { evaluateStage } from './evaluate.ts';
import { heatMapsStage } from './heat-maps.ts';
import { indexStage } from './index-stage.ts';
import { labelsStage } from './labels-stage.ts';
import { predictStage } from './predict.ts';
import { reportStage } from './report.ts';
import { sequenceStage } from './sequence.ts';
import { shardsStage } from './shards.ts';
import { sourceStage } from './source.ts';
import { splitStage } from './split.ts';

export const stages: Readonly<Record<Exclude<StageName, 'range'>, Stage>> = {
  source: sourceStage,
  index: indexStage,
  shards: shardsStage,
  split: splitStage,
  backbone: backboneStage,
  embed: embedStage,
  sequence: sequenceStage,
  'end-to-end': endToEndStage,
  predict: predictStage,
  calibration: calibrationStage,
  calibrate: calibrateStage,
  labels: labelsStage,
  evaluate: evaluateStage,
  'heat-maps': heatMapsStage,
  report: reportStage,
};

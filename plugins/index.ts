import type { Component } from '../src/index.ts';
import affine from './augmentations/affine.ts';
import blur from './augmentations/blur.ts';
import brightness from './augmentations/brightness.ts';
import contrast from './augmentations/contrast.ts';
import crop from './augmentations/crop.ts';
import erasing from './augmentations/erasing.ts';
import flipHorizontal from './augmentations/flip-horizontal.ts';
import flipVertical from './augmentations/flip-vertical.ts';
import noise from './augmentations/noise.ts';
import shear from './augmentations/shear.ts';
import transpose from './augmentations/transpose.ts';
import windowJitter from './augmentations/window-jitter.ts';
import densenet121 from './backbones/densenet-121.ts';
import efficientnetB0 from './backbones/efficientnet-b0.ts';
import efficientnetLite0 from './backbones/efficientnet-lite0.ts';
import inceptionResnetV2 from './backbones/inception-resnet-v2.ts';
import inceptionV3 from './backbones/inception-v3.ts';
import mobilenetV2 from './backbones/mobilenet-v2.ts';
import resnet50 from './backbones/resnet-50.ts';
import resnet50V2 from './backbones/resnet-50-v2.ts';
import smallCnn from './backbones/small-cnn.ts';
import temperature from './calibrations/temperature.ts';
import kubernetes from './executors/kubernetes/index.ts';
import local from './executors/local.ts';
import slurm from './executors/slurm/index.ts';
import binaryCrossEntropy from './losses/binary-cross-entropy.ts';
import focal from './losses/focal.ts';
import auc from './metrics/auc.ts';
import averagePrecision from './metrics/average-precision.ts';
import batchMeanF1 from './metrics/batch-mean-f1.ts';
import brier from './metrics/brier.ts';
import calibrationError from './metrics/calibration-error.ts';
import f1 from './metrics/f1.ts';
import kaggleLogLoss from './metrics/kaggle-log-loss.ts';
import meanLogLoss from './metrics/mean-log-loss.ts';
import patientF1 from './metrics/patient-f1.ts';
import predictiveValues from './metrics/predictive-values.ts';
import sensitivityAtSpecificity from './metrics/sensitivity-at-specificity.ts';
import seriesF1 from './metrics/series-f1.ts';
import adam from './optimizers/adam.ts';
import adamw from './optimizers/adamw.ts';
import rmsprop from './optimizers/rmsprop.ts';
import sgd from './optimizers/sgd.ts';
import balanced from './samplers/balanced.ts';
import oneSlicePerPatient from './samplers/one-slice-per-patient.ts';
import uniform from './samplers/uniform.ts';
import constant from './schedules/constant.ts';
import cosine from './schedules/cosine.ts';
import halfLife from './schedules/half-life.ts';
import oneCycle from './schedules/one-cycle.ts';
import step from './schedules/step.ts';
import biGru from './sequences/bi-gru.ts';
import biLstm from './sequences/bi-lstm.ts';
import dilatedConv from './sequences/dilated-conv.ts';
import neighbourSmoothing from './sequences/neighbour-smoothing.ts';
import perSlice from './sequences/per-slice.ts';
import position from './sequences/position.ts';
import headCt from './series-rules/head-ct.ts';
import folder from './sources/folder.ts';
import phantom from './sources/phantom/index.ts';
import pictures from './sources/pictures.ts';
import rsna from './sources/rsna.ts';
import byPatient from './splits/by-patient.ts';
import kFold from './splits/k-fold.ts';
import randomSlice from './splits/random-slice.ts';
import mlflow from './trackers/mlflow/index.ts';
import tensorboard from './trackers/tensorboard/index.ts';
import linear from './windows/linear.ts';

/** The built-in components. Each is written against the public API only, as a third party's would be. */
export const builtIn: readonly Component[] = [
  rsna,
  phantom,
  folder,
  pictures,
  headCt,
  byPatient,
  kFold,
  randomSlice,
  linear,
  flipHorizontal,
  affine,
  transpose,
  flipVertical,
  shear,
  crop,
  brightness,
  contrast,
  noise,
  blur,
  erasing,
  windowJitter,
  smallCnn,
  resnet50,
  resnet50V2,
  inceptionResnetV2,
  inceptionV3,
  densenet121,
  mobilenetV2,
  efficientnetLite0,
  efficientnetB0,
  biLstm,
  biGru,
  dilatedConv,
  perSlice,
  neighbourSmoothing,
  position,
  binaryCrossEntropy,
  focal,
  adam,
  adamw,
  sgd,
  rmsprop,
  constant,
  halfLife,
  step,
  oneCycle,
  cosine,
  uniform,
  balanced,
  oneSlicePerPatient,
  temperature,
  meanLogLoss,
  kaggleLogLoss,
  patientF1,
  predictiveValues,
  seriesF1,
  auc,
  averagePrecision,
  sensitivityAtSpecificity,
  f1,
  brier,
  calibrationError,
  batchMeanF1,
  mlflow,
  tensorboard,
  local,
  slurm,
  kubernetes,
];

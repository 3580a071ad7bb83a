import { LABELS } from '../../labels.ts';
import { hasOwnSplit } from '../evaluate/own-split.ts';
import { summaryTable } from '../evaluate/summary-table.ts';
import { blindSpots, calibrationClause, RESEARCH_NOTICE } from '../report/wording.ts';
import { foldsOf } from '../train/crossfit.ts';
import { type ExportFacts, NO_SERIES } from './facts.ts';
import { licences } from './licences.ts';
import type { Graph, Port } from './onnx/graph.ts';
import { OPSET } from './onnx/model-file.ts';

/**
 * `model-card.md`: what the file is, takes and gives, how it fared, and what it is not for.
 * @param graph null: of a run that is handed on packed, for ichor itself
 */
export function modelCard(facts: ExportFacts, graph: Pick<Graph, 'inputs' | 'outputs'> | null, file: string): string {
  const { marks, run, sentences, part } = facts;
  const title = `${marks.length > 0 ? `${marks.join(', ')}: ` : ''}${run.name}${part === 'whole' ? '' : ` (${part})`}`;
  return `${[
    `# ${title}`,
    `> **${RESEARCH_NOTICE}**`,
    ...(sentences.length > 0 ? [list(sentences.map((sentence) => `**${sentence}**`))] : []),
    `\`${file}\` is ${graph === null ? 'the run as `ichor predict` takes it: its networks and its resolved recipe' : whatItIs(facts)}, made by ichor ${facts.ichor} from the run \`${run.name}\` of the recipe \`${run.recipe}\` (SHA-256 of the resolved recipe: \`${run.recipeHash}\`).${graph === null ? '' : ` ONNX, operators of set ${OPSET}, nothing but the standard ones.`}`,
    '## Intended use and limits',
    list([
      'For research: to compare, to reproduce, to build on. Nobody has validated it on patients.',
      blindSpots(facts.calibration === null ? null : calibrationClause(facts.calibration.component)),
      ...(graph === null ? [] : [NO_SERIES, ...limits(facts)]),
    ]),
    ...(graph === null ? [] : ['## Inputs', ports(graph.inputs), '## Outputs', ports(graph.outputs)]),
    `Labels stand in this order everywhere: ${LABELS.map((label, i) => `${i} ${label}`).join(', ')}.`,
    '## Channels and windows',
    channelTable(facts),
    '## Training',
    list(training(facts)),
    ...calibrationLines(facts),
    '## Figures',
    figures(facts),
    '## Licences',
    list(licences(facts)),
    '## Versions',
    list([
      `run: ${Object.entries(run.versions)
        .filter(([name]) => ['ichor', 'node', '@tensorflow/tfjs'].includes(name))
        .map(([name, version]) => `${name} ${version}`)
        .join(', ')}; exported with ichor ${facts.ichor}`,
      `engine: ${run.engine === null ? 'none' : `${run.engine.kind} ${run.engine.version}`}`,
      `components: ${Object.entries(run.components)
        .map(([name, version]) => `${name} (${version})`)
        .join(', ')}`,
      `data: source ${run.data.source ?? facts.recipe.data.source.type}, fingerprint \`${run.data.fingerprint}\``,
    ]),
    graph === null
      ? 'Use: `ichor predict FILE DIR`, on any machine that has ichor.'
      : 'The metadata of the file hold all of this as `ichor.*`, the resolved recipe among it (`ichor.recipe`).',
  ].join('\n\n')}\n`;
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

const whatItIs = ({ part }: ExportFacts): string =>
  ({
    whole: 'the whole way from Hounsfield units to probabilities: windows, resize, networks',
    backbone: 'the network that looks at pictures, without windows and resize',
    sequence: 'the network that reads a series, without the backbone before it',
  })[part];

function limits({ part, recipe, ofPictures }: ExportFacts): string[] {
  const { patient } = recipe.evaluation;
  return [
    ...(part === 'backbone'
      ? ['Pictures have to be made as ichor makes them: HU through each window, then resized, then rounded to bytes.']
      : []),
    ...(part !== 'backbone'
      ? [
          `\`call\` and \`run\` count slices. \`ichor predict\` knows more of a series: holes end a run there, slices at one place count once${patient.millimetres === null ? '' : `, and where distances are known ${patient.millimetres} mm stand in the place of ${patient.slices} slices`}.`,
        ]
      : []),
    ...(recipe.data.resample === null
      ? []
      : [
          `It learned from slices of ${recipe.data.resample.spacingMm} mm: thinner ones have to be averaged to such before (\`ichor predict\` does that).`,
        ]),
    ...(recipe.sequence !== 'none' && recipe.sequence.group === 'patient' && part !== 'backbone'
      ? [
          'In training a sequence was all series of a patient by position; here it is one series: equal where a patient has one.',
        ]
      : []),
    ...(part === 'backbone' && foldsOf(recipe) !== null
      ? [
          'It is the backbone of the whole training side. The sequence model of this recipe learned from embeddings of backbones of folds: do not feed it with these.',
        ]
      : []),
    ...([recipe.train.backbone, recipe.train.sequence].some(({ precision }) => precision === 'bfloat16')
      ? [
          '`ichor predict` computes products of these networks in numbers of 16 bits (bfloat16), this file in 32: their last digits differ.',
        ]
      : []),
    ...(ofPictures
      ? [
          'The networks learned from pictures, not from HU: what those lost before (8 bits, JPEG, their size) is not lost here.',
        ]
      : []),
  ];
}

const ports = (all: readonly Port[]): string =>
  [
    '| name | type | shape | what it is |',
    '| --- | --- | --- | --- |',
    ...all.map(({ name, element, dims, says }) => {
      const type = element === 'text' ? 'string' : element === 'float64' ? 'double' : element;
      return `| \`${name}\` | ${type} | \`[${dims.join(', ')}]\` | ${says} |`;
    }),
  ].join('\n');

function channelTable({ channels, recipe, inputModes, part }: ExportFacts): string {
  if (part === 'sequence' || inputModes.length === 0) return 'No picture goes into this file.';
  const { size, interpolation } = recipe.data.image;
  return [
    [
      '| channel | window | HU from 0 to 255 | type |',
      '| --- | --- | --- | --- |',
      ...channels.map(({ channel, window, hu, type, params, learned }) => {
        const stated = Object.entries(params)
          .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
          .join(', ');
        return `| ${channel} | ${window} | ${hu === null ? 'not stated' : `${hu[0]} to ${hu[1]}`} | ${type}${stated === '' ? '' : ` (${stated})`}${learned ? ', and a learned part' : ''} |`;
      }),
    ].join('\n'),
    `Pictures of ${size} x ${size} pixels, resized by \`${interpolation}\` after the windows, rounded to bytes (half to even).`,
    ...inputModes.map(({ component, pixels, words }) => `Input mode of ${component}: \`${pixels}\`, ${words}.`),
  ].join('\n\n');
}

function training({ networks, recipe, run }: ExportFacts): string[] {
  const source = run.data.source ?? recipe.data.source.type;
  return [
    `Data: source \`${source}\`${source === 'phantom' ? ', which generates heads' : ''}, split \`${recipe.data.split.type}\`.`,
    ...networks.map(({ stage, type, version, trainedSlices, parameters, epoch, training: how }) => {
      const validation = how?.validation ?? null;
      const fared =
        validation === null
          ? ''
          : ` Mean log loss on ${validation.slices} slices of its validation side: ${validation['mean-log-loss'].toFixed(4)} (without looking: ${validation.constant.toFixed(4)}).`;
      const marked = how === undefined || how.marks.length === 0 ? '' : ` Marks: ${how.marks.join(', ')}.`;
      return `${stage} \`${type}\` (${version}): ${parameters.toLocaleString('en-GB')} weights, trained on ${trainedSlices.toLocaleString('en-GB')} labelled slices, ${how?.steps ?? 'unknown'} updates, kept from epoch ${epoch}.${fared}${marked}`;
    }),
  ];
}

function calibrationLines({ calibration }: ExportFacts): string[] {
  const all = calibration?.all ?? null;
  if (calibration === null || all === null) return [];
  const numbers =
    all.scales === null
      ? Object.entries(all.parameters).map(([name, values]) => `${name}: ${values.join(', ')}.`)
      : [
          `Logits are divided before the sigmoid: ${LABELS.map((label, i) => `${label} by ${(1 / (all.scales?.[i] ?? 1)).toFixed(4)}`).join(', ')}.`,
        ];
  return [
    '## Calibration',
    list([
      `\`${calibration.component}\` (${calibration.version}), fitted on ${all.slices.toLocaleString('en-GB')} slices of ${all.patients.toLocaleString('en-GB')} patients of the validation side. On patients of another hospital, or of another share of haemorrhages, probabilities may be off all the same.`,
      ...numbers,
      'Figures of the validation side are cross-fitted over patients: of each by what was fitted on others.',
    ]),
  ];
}

function figures({ metrics, recipe }: ExportFacts): string {
  if (metrics === null) return 'The run was not evaluated.';
  const nothing = { comparable: false, reasons: [], paper: null };
  const table = summaryTable(metrics, nothing, { labels: 'all', ownSplit: hasOwnSplit(recipe) });
  if (table === null) return 'No slice of the validation side has a label: nothing was measured.';
  // The paper's figures stand on the run's page, with what keeps them apart.
  const notes = table.notes.filter((note) => !note.startsWith('Paper:'));
  return [
    `**${table.title}**`,
    [
      `| ${table.columns.join(' | ')} |`,
      `| ${table.columns.map(() => '---').join(' | ')} |`,
      ...table.rows.map(({ name, cells }) => `| ${name} | ${cells.join(' | ')} |`),
    ].join('\n'),
    ...(table.worse.length > 0 ? [list(table.worse.map((line) => `**${line}**`))] : []),
    ...(notes.length > 0 ? [list(notes)] : []),
  ].join('\n\n');
}

import { type Entry, more, SMALL, small } from './entry.ts';

const RSNA = 'source: { type: rsna, root: data/rsna }';
const plugin = (definer: string, body: string) => `import { ${definer}, Type } from 'ichor';

export default ${definer}({
  version: 1,
  summary: 'An example.',
  params: Type.Object({}),
${body}});
`;
const source = (declares: string) => ({
  'source.ts': plugin(
    'defineSource',
    `  name: 'acme/archive',
  contract: () => ({ identities: 'private', labels: true, repairIntercept: false, ${declares} }),
  open: () => Promise.reject(new Error('not opened by check')),
`,
  ),
});
const WITH_SOURCE = `plugins: [./source.ts]\n${small([RSNA, 'source: acme/archive'])}`;
/** A recipe on pictures with a table; lines in the place of others, pair by pair. */
const PICTURES = `recipe: 1
data:
  source:
    type: pictures
    root: data/pictures
    table: slices.csv
    pictures: { brain: "{patient}/{number}.png" }
    patient: patient
    number: number
    labels: { epidural: a, intraparenchymal: b, intraventricular: c, subarachnoid: d, subdural: e }
channels: [brain]
backbone: small-cnn
`;
const pictures = (...changes: readonly (readonly [string, string])[]) =>
  changes.reduce((text, [that, by]) => text.replace(that, () => by), PICTURES);
const backbone = (declares: string) => ({
  'backbone.ts': plugin(
    'defineBackbone',
    `  name: 'acme/net',
  contract: () => ({ channels: 'any', minimumSize: 16, pixels: 'unit', embedding: 64, weights: ['none', 'imagenet'], ${declares} }),
  network: (layers, images) => layers.globalAveragePool(images),
`,
  ),
});
const sequence = (declares: string) => ({
  'sequence.ts': plugin(
    'defineSequence',
    `  name: 'acme/attention',
  contract: () => ({ needs: 'embeddings', width: 64, ${declares} }),
  network: (layers, embeddings) => embeddings,
`,
  ),
});

/** Do the pieces fit? Each rule reads what the components declare. */
export const contracts: readonly Entry[] = [
  {
    code: 'channel-twice',
    severity: 'note',
    title: 'A window stands twice in channels',
    why: 'Each channel of a picture is one window of the slice. One that is named again adds a channel, weights and time, and nothing that the network could see in it; mostly another window was meant.',
    fix: 'Name another window, or remove it. Where a backbone needs three channels and the recipe has one, it is repeated by itself.',
    example: { recipe: small(['channels: [brain]', 'channels: [brain, brain]']) },
  },
  {
    code: 'window-margin-too-small',
    severity: 'error',
    title: 'An augmentation looks beyond what shards hold of a window',
    why: 'Shards hold a slice as its windows show it: what lies beyond their ends is black or white, and another level or width would show a flat grey there in place of tissue. So `window-jitter` takes windows with a `margin`, which is stored beyond both ends and cut off inside of the network, after augmentation.',
    fix: 'Give each window of a channel the margin that the message names (shards are made again), or draw less. Pictures that went through a window before have none: take `brightness` and `contrast`.',
    example: { recipe: small(['backbone: small-cnn', 'augment: [{ type: window-jitter }]\nbackbone: small-cnn']) },
  },
  {
    code: 'window-margin-unused',
    severity: 'note',
    title: 'A window has a margin that nothing looks at',
    why: 'What shards hold beyond the ends of a window is there for `window-jitter`, and costs grey levels: with a margin of 0.25 a grey of the stored byte is 1.5 times as wide. More than twice what is looked at is told.',
    fix: 'Leave `margin` out, lower it, or add `window-jitter` to `augment`. Shards are made again.',
    example: { recipe: small(['{ level: 40, width: 80 }', '{ level: 40, width: 80, margin: 0.25 }']) },
  },
  {
    code: 'unknown-window',
    severity: 'error',
    title: 'A channel names a window that the recipe does not define',
    why: 'The channels of a picture are windows by name. The name is misspelt, or the window was dropped while a channel still names it.',
    fix: 'Define the window under `windows`, or take its name out of `channels`.',
    example: { recipe: small(['channels: [brain]', 'channels: [brain, subdural]']) },
  },
  {
    code: 'window-empty',
    severity: 'warning',
    title: 'A window shows nothing of a head',
    why: 'From its lower to its upper end the window lies above the densest bone or below air: every picture would be black or white. Most often level and width are exchanged.',
    fix: 'A level is the middle of a window, a width its extent, both in HU: brain is 40 and 80, bone is 600 and 2800.',
    example: { recipe: small(['brain: { level: 40, width: 80 }', 'brain: { level: 2800, width: 600 }']) },
  },
  {
    code: 'window-exchanged',
    severity: 'warning',
    title: 'A window is a known one with level and width exchanged',
    why: 'Tables and programs state the two in either order, brain as 80 / 40 or as 40 / 80. A window with exactly the numbers of a known one, exchanged, is most often a slip: brain would run from 60 to 100 HU, where next to nothing of a head is but fresh blood.',
    fix: 'A level is the middle of a window, a width its extent, both in HU. Where these numbers are meant, the warning can stay: it changes nothing.',
    example: { recipe: small(['brain: { level: 40, width: 80 }', 'brain: { level: 80, width: 40 }']) },
  },
  {
    code: 'window-narrow',
    severity: 'warning',
    title: 'A window is narrower than 1 HU',
    why: 'Values of CT are whole HU, so that every pixel lies below such a window or above it: a picture of two greys. Most often the width was written as a share.',
    fix: 'Write the width in HU: brain is 40 and 80.',
    example: { recipe: small(['brain: { level: 40, width: 80 }', 'brain: { level: 40, width: 0.8 }']) },
  },
  {
    code: 'never-called',
    severity: 'warning',
    title: 'A threshold that no probability is above',
    why: 'A slice counts for the patient rule where its probability of any is above `evaluation.patient.threshold`. Above 1 there is none: no patient is called, and sensitivity is 0.',
    fix: 'Write a number below 1; the paper has 0.5.',
    example: { recipe: more('evaluation:\n  patient: { threshold: 1 }\n') },
  },
  {
    code: 'channel-count',
    severity: 'error',
    title: 'The backbone takes another number of channels',
    why: 'A network has a fixed number of input channels, and `channels` names another number of windows. (One alone is repeated.)',
    fix: 'Name as many windows as the message says, or one, or take a backbone that takes any number.',
    example: {
      recipe: small(
        [
          '  brain: { level: 40, width: 80 }\n',
          '  brain: { level: 40, width: 80 }\n  bone: { level: 600, width: 2800 }\n',
        ],
        ['channels: [brain]', 'channels: [brain, bone]'],
        ['small-cnn', 'resnet-50'],
      ),
    },
  },
  {
    code: 'jpeg-channels',
    severity: 'error',
    title: 'A JPEG holds one or three channels',
    why: 'With `data.image.storage: jpeg` each picture goes through a JPEG as the released code had it: one channel is a grey picture, three are its colours, and another number is no picture.',
    fix: 'Keep pictures lossless (the default), or name one or three windows.',
    example: {
      recipe: small(
        ['windows:\n', '  image: { storage: jpeg }\nwindows:\n'],
        [
          '  brain: { level: 40, width: 80 }\n',
          '  brain: { level: 40, width: 80 }\n  bone: { level: 600, width: 2800 }\n',
        ],
        ['channels: [brain]', 'channels: [brain, bone]'],
      ),
    },
  },
  {
    code: 'channel-repeated',
    severity: 'note',
    title: 'One channel is repeated at the input of the network',
    why: 'The backbone takes several channels and the recipe has one. The network sees it several times; the stored pictures hold it once.',
    fix: 'Nothing, if that is meant: the paper’s one-window rows do it. Otherwise name more windows.',
    example: { recipe: small(['small-cnn', 'resnet-50']) },
  },
  {
    code: 'image-too-small',
    severity: 'error',
    title: 'The picture is too small for the backbone',
    why: 'Each stage of a network halves its map; below a certain size nothing is left.',
    fix: 'Raise `data.image.size`, or take a smaller backbone.',
    example: {
      recipe: small(['small-cnn', 'inception-resnet-v2'], ['  source:', '  image: { size: 64 }\n  source:']),
      besides: ['channel-repeated'],
    },
  },
  {
    code: 'weights-unknown',
    severity: 'error',
    title: 'There are no such weights for this backbone',
    why: 'A backbone knows its published weights by name, and this one knows none of this name.',
    fix: 'Write `weights: none`, or take a backbone that has them: `ichor describe backbone NAME`.',
    example: { recipe: small(['backbone: small-cnn', 'backbone: { type: small-cnn, weights: imagenet }']) },
  },
  {
    code: 'weights-input',
    severity: 'error',
    title: 'The weights are for another input',
    why: 'A file of weights was made for a number of channels, perhaps for one size of pictures, and the recipe gives the network another.',
    fix: 'Give the network what the weights were made for, or start from random weights with `weights: none`.',
    example: {
      recipe: `plugins: [./backbone.ts]\n${small(['backbone: small-cnn', 'backbone: { type: acme/net, weights: imagenet }'])}`,
      files: backbone('weightsFor: { imagenet: { channels: 3 } }'),
      besides: ['plugin-code'],
    },
  },
  {
    code: 'weights-not-loadable',
    severity: 'warning',
    title: 'The backbone does not say where its weights are published',
    why: 'The recipe names weights that the backbone knows, and the backbone states neither address nor hash of their file: `ichor run` refuses it.',
    fix: 'Name a file: `backbone: { weights: { file: PATH } }`, or start at random: `--set backbone.weights=none --set backbone.batchNorm=trained`.',
    example: {
      recipe: `plugins: [./backbone.ts]\n${small(['backbone: small-cnn', 'backbone: { type: acme/net, weights: imagenet }'])}`,
      files: backbone('layout: undefined'),
      besides: ['plugin-code'],
    },
  },
  {
    code: 'weights-fetched',
    severity: 'note',
    title: 'A run fetches weights',
    why: 'The weights that the recipe names are published as a file, which a run fetches once into the cache of this user and compares with its published hash.',
    fix: 'Nothing. For a machine without network: `ichor weights get BACKBONE` elsewhere, `ichor weights add FILE` here.',
    example: {
      recipe: small(['backbone: small-cnn', 'backbone: { type: resnet-50, weights: imagenet }']),
      besides: ['channel-repeated'],
    },
  },
  {
    code: 'weights-one-of',
    severity: 'error',
    title: 'Weights come from one place',
    why: 'A block of weights states a name, a file, an address with its hash, or a run: exactly one of them.',
    fix: 'Keep one. A layer above (a profile, `--set`) that states one takes the place of what stands below.',
    example: {
      recipe: small([
        'backbone: small-cnn',
        'backbone: { type: resnet-50, weights: { file: resnet50.h5, run: mine } }',
      ]),
      besides: ['channel-repeated'],
    },
  },
  {
    code: 'input-weights-unused',
    severity: 'warning',
    title: '`inputWeights` maps nothing',
    why: '`inputWeights` maps weights for three channels to another number of channels. With three channels, or with one that is repeated, there is nothing to map; nor without weights, but that it lets a network of three channels take another number of them.',
    fix: 'Take it out.',
    example: {
      recipe: small(['backbone: small-cnn', 'backbone: { type: resnet-50, inputWeights: cycle }']),
      besides: ['channel-repeated'],
    },
  },
  {
    code: 'frozen-without-weights',
    severity: 'error',
    title: 'Batch norm is frozen on random weights',
    why: '`batchNorm: frozen` keeps the statistics of loaded weights. Without any the network passes next to nothing on and cannot learn.',
    fix: 'Write `batchNorm: trained`, or load weights.',
    example: {
      recipe: small(['backbone: small-cnn', 'backbone: { type: resnet-50, batchNorm: frozen }']),
      besides: ['channel-repeated'],
    },
  },
  {
    code: 'layout-unfit',
    severity: 'error',
    title: 'A backbone reads pictures in another layout',
    why: 'Pictures are `[batch, size, size, channels]`. A component that declares channels first cannot read them.',
    fix: 'Its author writes the network for channels last.',
    example: {
      recipe: `plugins: [./backbone.ts]\n${small(['backbone: small-cnn', 'backbone: acme/net'])}`,
      files: backbone("layout: 'channels-first'"),
      besides: ['plugin-code'],
    },
  },
  {
    code: 'sequence-needs-backbone',
    severity: 'error',
    title: 'A sequence model has no embeddings to read',
    why: 'The sequence model reads the embeddings that the backbone makes of each slice, and there is no backbone.',
    fix: 'Name a backbone, or write `sequence: none`.',
    example: { recipe: `${small(['backbone: small-cnn', 'backbone: none'])}sequence: bi-lstm\n` },
  },
  {
    code: 'nothing-to-train',
    severity: 'error',
    title: 'The recipe trains nothing',
    why: 'Backbone and sequence are both `none`: nothing makes predictions.',
    fix: 'Name a backbone: `ichor list backbone`.',
    example: { recipe: small(['backbone: small-cnn', 'backbone: none']) },
  },
  {
    code: 'trains-nothing',
    severity: 'warning',
    title: 'Training is set for a network that is not there',
    why: 'A value under `train.sequence` stands in the recipe, in a profile, a sweep or on the command line, and `sequence` is `none`: it has no effect. In a base it is no finding: other recipes use it.',
    fix: 'Name the network, or take the value out.',
    example: { recipe: more('train:\n  sequence: { optimizer: { type: adam, learningRate: 1e-5 } }\n') },
  },
  {
    code: 'embedding-unfit',
    severity: 'error',
    title: 'The sequence model takes embeddings of another width',
    why: 'A sequence model may declare which width of embeddings it takes, and the backbone makes another.',
    fix: 'Choose two that fit, or set the backbone’s `width`.',
    example: {
      recipe: `plugins: [./sequence.ts]\n${SMALL}sequence: acme/attention\n`,
      files: sequence('embedding: 64'),
      besides: ['plugin-code'],
    },
  },
  {
    code: 'steps-unfit',
    severity: 'error',
    title: 'Sequences have another length than the model takes',
    why: 'A sequence model may declare how long its sequences can be, and `sequence.steps` lies outside.',
    fix: 'Set `sequence.steps` as the hint says. Longer series are sampled at regular intervals.',
    example: {
      recipe: `plugins: [./sequence.ts]\n${SMALL}sequence: { type: acme/attention, steps: 60 }\n`,
      files: sequence('steps: { maximum: 32 }'),
      besides: ['plugin-code'],
    },
  },
  {
    code: 'steps-one',
    severity: 'error',
    title: 'Sequences of one slice are trained, and whole ones predicted',
    why: 'With `steps: 1` training sees the first slice of each series, while prediction reads each series as a whole: neither a control without neighbours nor a sequence model.',
    fix: 'For each slice by itself write `group: slice`; otherwise more steps.',
    example: { recipe: more('sequence: { type: bi-lstm, steps: 1 }\n') },
  },
  {
    code: 'heat-maps-hidden',
    severity: 'error',
    title: 'Heat maps would lie over pictures that the page does not show',
    why: 'A picture of a head is personal data: of a private source none is on a page unless it was asked for, and a map without its picture says nothing.',
    fix: 'Set the parameter of the source that lets pictures onto the page, or leave `evaluation.heatMaps` out.',
    example: {
      recipe: more('evaluation: { heatMaps: true }\n').replace(
        /source: .*\n/,
        'source: { type: folder, root: data }\n',
      ),
      besides: ['labels-needed'],
    },
  },
  {
    code: 'heat-maps-without-backbone',
    severity: 'error',
    title: 'Heat maps are asked for where no network looks at pictures',
    why: 'They are made from the last map of the backbone, and the recipe says `backbone: none`.',
    fix: 'Leave `evaluation.heatMaps` out.',
    example: {
      recipe: `${small(['backbone: small-cnn', 'backbone: none'])}sequence: position\nevaluation: { heatMaps: true }\n`,
    },
  },
  {
    code: 'features-unfit',
    severity: 'error',
    title: 'A feature has no place beside what the model reads',
    why: 'Deltas, spacing and position are put beside the embedding of a slice. A model that averages logits, or that sees the position alone, reads nothing beside them.',
    fix: 'Remove the feature, or take a model that reads embeddings.',
    example: { recipe: more('sequence: { type: position, features: { deltas: true } }\n') },
  },
  {
    code: 'sequence-option-unused',
    severity: 'warning',
    title: 'An option of the sequence changes nothing',
    why: 'Where each slice is looked at by itself there is no order, and where nothing is trained no part of a group is chosen. A recipe that states such an option seems to compare what is the same.',
    fix: 'Remove the option, or take the model or the group that it is meant for.',
    example: { recipe: more('sequence: { type: per-slice, order: shuffled }\n') },
  },
  {
    code: 'position-gives-order',
    severity: 'warning',
    title: 'Shuffled slices are told their places',
    why: 'Shuffling is a control: what is left of the gain without order? The feature `position` gives each slice its place in the series again, so that nothing was taken away.',
    fix: 'Leave the feature out of this control.',
    example: { recipe: more('sequence: { type: bi-lstm, order: shuffled, features: { position: true } }\n') },
  },
  {
    code: 'pad-unfit',
    severity: 'error',
    title: 'Random vectors cannot stand before the slices of this model',
    why: 'The control `pad: random-front` puts random embeddings before short groups, over which a recurrence runs. A model that reads something else, or each slice by itself, has no use for them.',
    fix: 'Write `pad: zeros`, or take a model that reads embeddings in their order.',
    example: { recipe: more('sequence: { type: neighbour-smoothing, pad: random-front }\n') },
  },
  {
    code: 'crossfit-unfit',
    severity: 'error',
    title: 'Cross-fit embeddings are not read',
    why: 'With `crossfit` backbones of their own make embeddings for each fold of the patients: several times the training. The sequence model of this recipe reads no embeddings.',
    fix: 'Write `embeddings: in-sample`, or take a model that reads embeddings.',
    example: { recipe: more('sequence: position\ntrain:\n  sequence: { embeddings: crossfit }\n') },
  },
  {
    code: 'backbones-unfit',
    severity: 'error',
    title: 'The embeddings of further backbones are not read',
    why: 'Backbones beside the first are trained for their embeddings, and the sequence model of this recipe reads none.',
    fix: 'Remove `sequence.backbones`, or take a model that reads embeddings.',
    example: { recipe: more('sequence: { type: position, backbones: [small-cnn] }\n') },
  },
  {
    code: 'sequence-needs-patients',
    severity: 'error',
    title: 'Sequences by patient, or folds of patients, need a source that knows its patients',
    why: 'A group of all slices of a patient, and embeddings from a backbone that did not see the patient, need to know which slices are of one patient.',
    fix: 'Group by series and take embeddings in-sample, or take a source that knows its patients.',
    example: {
      recipe: `${WITH_SOURCE}sequence: { type: bi-lstm, group: patient }\nevaluation: { metrics: [mean-log-loss] }\n`,
      files: source('patients: false'),
      besides: ['plugin-code', 'split-needs-patients'],
    },
  },
  {
    code: 'labels-needed',
    severity: 'error',
    title: 'The source has no labels to train on',
    why: 'A recipe trains, and this source gives pictures only.',
    fix: 'Train on a labelled source. To look at unlabelled files with a trained run: `ichor predict RUN DIR`.',
    example: { recipe: small(['type: rsna', 'type: folder']) },
  },
  {
    code: 'labels-incomplete',
    severity: 'error',
    title: 'The source does not give all six labels',
    why: 'Networks are trained on six labels a slice. Their order does not matter: they are joined by name; a missing one cannot be made up.',
    fix: 'Take a source with all six.',
    example: { recipe: WITH_SOURCE, files: source("labelNames: ['any']"), besides: ['plugin-code'] },
  },
  {
    code: 'split-needs-patients',
    severity: 'error',
    title: 'A split by patient needs a source that knows its patients',
    why: 'A patient must not stand on both sides. A source that does not say which slices are of one patient cannot be split so.',
    fix: 'Take a source that knows its patients.',
    example: {
      recipe: `${WITH_SOURCE}evaluation: { metrics: [mean-log-loss] }\n`,
      files: source('patients: false'),
      besides: ['plugin-code'],
    },
  },
  {
    code: 'test-side-needs-patients',
    severity: 'error',
    title: 'A test side needs a source that knows its patients',
    why: '`data.test` holds whole patients out. Of a source that does not say which slices are of one patient, slices of one person could stand on the test side and on the others, and what it measures would be no new patient.',
    fix: 'Leave `data.test` out, or take a source that knows its patients.',
    example: {
      recipe: `${WITH_SOURCE.replace('data:', 'data:\n  test: 0.2')}evaluation: { metrics: [mean-log-loss] }\n`,
      files: source('patients: false'),
      besides: ['plugin-code', 'split-needs-patients'],
    },
  },
  {
    code: 'sampler-needs-patients',
    severity: 'error',
    title: 'A sampler by patient needs a source that knows its patients',
    why: 'One slice of each patient can be drawn only where it is known which slices are of one patient. A source that does not say so would have each slice taken for a patient of its own, and an epoch would be what it is without the sampler.',
    fix: 'Take `sampler: uniform`, or a source that knows its patients.',
    example: {
      recipe: `${WITH_SOURCE}evaluation: { metrics: [mean-log-loss] }\ntrain: { backbone: { sampler: one-slice-per-patient } }\n`,
      files: source('patients: false'),
      besides: ['plugin-code', 'split-needs-patients'],
    },
  },
  {
    code: 'sequence-needs-series',
    severity: 'error',
    title: 'A sequence model needs a source that knows its series',
    why: 'The model reads the slices of a series in anatomical order. A source that does not say which slices are of one series has none.',
    fix: 'Write `sequence: none`, or take a source that knows its series.',
    example: {
      recipe: `${WITH_SOURCE}sequence: bi-lstm\nevaluation: { metrics: [mean-log-loss] }\n`,
      files: source('series: false'),
      besides: ['plugin-code'],
    },
  },
  {
    code: 'sequence-needs-order',
    severity: 'error',
    title: 'A sequence model needs a source that knows the order of slices',
    why: 'The model reads the slices of a series in anatomical order. A table of pictures without a slice number or a position says nothing of it.',
    fix: 'Name the column (`data.source.number` or `positionMm`), or write `sequence: none`.',
    example: {
      recipe: `${pictures(['    number: number\n', ''])}sequence: bi-lstm\nevaluation: { metrics: [mean-log-loss] }\n`,
    },
  },
  {
    code: 'patients-unknown',
    severity: 'warning',
    title: 'Slices are split one by one, and nobody knows whose they are',
    why: 'The source does not say which slices are of one patient. Where several are, neighbours of one head stand on both sides of the split, and figures are too good; intervals count slices as if they were patients. Every number that comes out says PATIENTS UNKNOWN.',
    fix: 'Name the column of the patient and split by patient. Where each slice is of another person, as far as anybody knows, leave it.',
    example: {
      recipe: `${pictures(['    patient: patient\n', '']).replace('channels', '  split: random-slice\nchannels')}evaluation: { metrics: [mean-log-loss] }\n`,
    },
  },
  {
    code: 'windows-beside-pictures',
    severity: 'error',
    title: 'Windows stand beside a source that gives pictures',
    why: 'A window turns HU into grey values. Pictures went through one before: there are no HU left to work on, and `channels` name the pictures of each slice.',
    fix: 'Remove `windows`. Where a base states them: `windows: null`.',
    example: { recipe: `${PICTURES}windows: { brain: { level: 40, width: 80 } }\n` },
  },
  {
    code: 'unknown-picture',
    severity: 'error',
    title: 'A channel names a picture that the source does not have',
    why: 'With a source that gives pictures, the channels are pictures by the names under `data.source.pictures`. The name is misspelt, or the picture is not stated there.',
    fix: 'State the picture with its path under `data.source.pictures`, or take its name out of `channels`.',
    example: { recipe: pictures(['channels: [brain]', 'channels: [brian]']) },
  },
  {
    code: 'needs-hu',
    severity: 'error',
    title: 'Something takes Hounsfield units, and the source gives pictures',
    why: '`data.resample` averages HU, and `data.minBrainFraction` counts pixels between 0 and 80 HU. Pictures have grey values; only where the window is stated that a picture was made with can its brain be told.',
    fix: 'Set it to null. For `minBrainFraction` state the `window` of a picture that shows brain.',
    example: { recipe: pictures(['channels', '  minBrainFraction: 0.02\nchannels']) },
  },
  {
    code: 'volumes-unread',
    severity: 'error',
    title: 'The source gives volumes',
    why: 'NIfTI and other volumes are a kind of data that has a name here, and no reader yet.',
    fix: 'Convert them to DICOM files or to pictures.',
    example: { recipe: WITH_SOURCE, files: source("gives: 'volume'"), besides: ['plugin-code'] },
  },
  {
    code: 'labels-form',
    severity: 'error',
    title: 'How a table of labels is written is said in part, or twice',
    why: '`data.labels` says what names a slice (one of `slice`, `path`, `patient` with `number`) and where its labels stand (one of `columns`, `label` with `value`). Without either the table has the columns ID and Label, as Kaggle’s.',
    fix: 'Say both, each in one way, beside `file`.',
    example: {
      recipe: small(['data:\n', 'data:\n  labels: { file: mine.csv, path: File }\n']),
    },
  },
  {
    code: 'label-column-twice',
    severity: 'error',
    title: 'One column is named for two things',
    why: 'Each label has a column of its own, which is not that of the patient, the slice or its place either. Where two labels name one column, most often a line was copied: the label’s own column is never read, and its haemorrhages count as negative.',
    fix: 'Name the column of each label.',
    example: {
      recipe: small([
        'data:\n',
        'data:\n  labels: { file: mine.csv, path: File, columns: { epidural: EDH, intraparenchymal: EDH, intraventricular: IVH, subarachnoid: SAH, subdural: SDH } }\n',
      ]),
    },
  },
  {
    code: 'labels-stated-twice',
    severity: 'warning',
    title: 'The table of pictures has labels, and another table too',
    why: 'Where `data.labels` names a table, its labels are taken, whatever `data.source.labels` says of the table of pictures. The two are not compared.',
    fix: 'Take one of the two out.',
    example: {
      recipe: pictures(['channels', '  labels: { file: mine.csv }\nchannels']),
    },
  },
  {
    code: 'tracker-twice',
    severity: 'error',
    title: 'A tracker stands in tracking twice',
    why: 'What a tracker has kept of a run, and how far it got, is found by its name: two of one name would share it.',
    fix: 'Keep one of the two. `--track NAME` of a tracker that the recipe names changes that one.',
    example: { recipe: more('tracking: [tensorboard, { type: tensorboard, identified: true }]\n') },
  },
  {
    code: 'tracker-secret',
    severity: 'error',
    title: 'The address of a tracker may have a secret in it',
    why: 'What a recipe states is kept with each of its runs: in run.json, in the store, on the page, and where the run is sent. A user, a password, or a token behind a ? or # would lie in all of them.',
    fix: 'Write the address without it; a tracker takes users and passwords from the environment: `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`, or `MLFLOW_TRACKING_TOKEN`. Where it was a real one, in a file that others read: change it.',
    example: { recipe: more('tracking: [{ type: mlflow, uri: "http://ada:secret@mlflow.example.org" }]\n') },
  },
  {
    code: 'tracker-address',
    severity: 'error',
    title: 'The address of a tracker is none of a server',
    why: 'The tracker speaks to a server over http or https, and what is named is a folder, a database, another service, or an address without a host. It is said before the training, which would go on without it.',
    fix: 'Write the address whole, as the server prints it: `http://localhost:5000`.',
    example: { recipe: more('tracking: [{ type: mlflow, uri: "http://" }]\n') },
  },
  {
    code: 'metric-needs',
    severity: 'error',
    title: 'A metric counts what the source does not have',
    why: 'A metric of patients or of series needs a source that says which slices belong together.',
    fix: 'Take the metric out of `evaluation.metrics`, or take another source.',
    example: {
      recipe: `${WITH_SOURCE}evaluation: { metrics: [mean-log-loss, series-f1] }\n`,
      files: source('series: false'),
      besides: ['plugin-code'],
    },
  },
  {
    code: 'metric-figures',
    severity: 'error',
    title: 'Two metrics give figures of one name',
    why: 'Tables, intervals, claims and `checkpoint: { best }` know a figure by its name. Two of one name could not be told apart, and one would stand in the place of the other. `score` says something of series and patients only: of slices (`level: slice`) the figures of `highest` are those of `rule`.',
    fix: 'Remove one of the two, or let them differ in a parameter that their names say, such as `level`.',
    example: { recipe: more('evaluation: { metrics: [auc, { type: auc, score: highest }] }\n') },
  },
  {
    code: 'checkpoint-metric',
    severity: 'error',
    title: 'A training goes by a metric that is not evaluated',
    why: '`checkpoint: { best: METRIC }` keeps the epoch with the best value of a metric, and `earlyStopping: { metric: METRIC }` ends a training whose value gets no better: it has to be one of `evaluation.metrics` (of the second `loss` too).',
    fix: 'Add the metric to `evaluation.metrics`, or name one that is there.',
    example: {
      recipe: more('train:\n  backbone: { checkpoint: { best: auc } }\nevaluation: { metrics: [mean-log-loss] }\n'),
    },
  },
  {
    code: 'leak',
    severity: 'error',
    title: 'Networks validate on patients that they were trained on',
    why: 'A split of slices puts slices of one patient, often neighbours that look alike, on both sides. The sequence model then validates on patients whose labels the backbone saw; so it does with a split of its own (`sequence.split`). What a figure says then is of patients that were trained on, and of no new one; how much it flatters depends on how much was learned by heart.',
    fix: 'Split by patient. As a control, the leak can be accepted with `accept: [leak]`: then it is a warning, and LEAKY SPLIT stands beside every number that comes out: in metrics.json, tables, plots, the report and the list of runs.',
    example: { recipe: small(['  source:', '  split: random-slice\n  source:']) },
  },
  {
    code: 'no-such-fold',
    severity: 'error',
    title: 'The fold that is to validate does not exist',
    why: 'A split into folds counts them from 0: of five folds the last is 4. The one that is named lies beyond them, so that nobody would validate.',
    fix: 'Name one that there is, or more folds.',
    example: { recipe: small(['  source:', '  split: { type: k-fold, folds: 5, fold: 5 }\n  source:']) },
  },
  {
    code: 'accept-unknown',
    severity: 'error',
    title: 'This cannot be accepted',
    why: '`accept` names findings that a recipe lives with, at the price of a stamp on its results. `leak` can be one, and `no-positives` and `no-negatives`, which only the data can show: a training side without a positive, or without a negative, slice; and `single-slice-patients`, where each patient of the data has one slice. Every other error would give figures that mean nothing at all.',
    fix: 'Mend what is wrong, or correct the word.',
    example: { recipe: more('accept: [image-too-small]\n') },
  },
  {
    code: 'accept-unused',
    severity: 'warning',
    title: 'What is accepted does not occur',
    why: 'The recipe accepts a finding that it does not have: a reader would think that it does.',
    fix: 'Remove the word from `accept`.',
    example: { recipe: more('accept: [leak]\n') },
  },
  {
    code: 'label-weights-all-zero',
    severity: 'error',
    title: 'No label counts in a loss',
    why: 'The loss of each label is multiplied by its weight. With six zeros the loss is 0 whatever the network says, no gradient moves it, and it would end as it began.',
    fix: 'Give one label at least a weight above 0. Labels that `labelWeights` does not name count 1.',
    example: {
      recipe: `${small()}train:\n  backbone:\n    loss:\n      type: binary-cross-entropy\n      labelWeights: { any: 0, epidural: 0, intraparenchymal: 0, intraventricular: 0, subarachnoid: 0, subdural: 0 }\n`,
    },
  },
  {
    code: 'params-contradict',
    severity: 'error',
    title: 'Parameters of a component contradict each other',
    why: 'Each is in its range, and together they say what cannot be: a least that is above the largest, for one. The component says so itself (`contradiction`), before anything runs.',
    fix: 'Change the parameter that is shown, or the one that the message names.',
    example: {
      recipe: small([
        'backbone: small-cnn',
        'augment: [{ type: erasing, smallest: 0.3, largest: 0.1 }]\nbackbone: small-cnn',
      ]),
    },
  },
  {
    code: 'component-failed',
    severity: 'error',
    title: 'A component failed',
    why: 'A function of it threw an error (`contract` while the recipe was checked, another one in a run), or gave what is none of its kind. The recipe is not at fault.',
    fix: 'Tell the component’s author, with the recipe and the message.',
    example: {
      recipe: `plugins: [./backbone.ts]\n${small(['backbone: small-cnn', 'backbone: acme/net'])}`,
      files: {
        'backbone.ts': plugin(
          'defineBackbone',
          `  name: 'acme/net',
  contract: () => {
    throw new Error('I was never written');
  },
  network: (layers, images) => layers.globalAveragePool(images),
`,
        ),
      },
      besides: ['plugin-code'],
    },
  },
  {
    code: 'component-invalid',
    severity: 'error',
    title: 'A component is not valid',
    why: 'A component describes its parameters in a way that nothing can be checked against, or lacks what its kind asks for, so that it does not register. The command ends there.',
    fix: 'Tell the component’s author.',
    example: {
      recipe: `plugins: [./window.ts]\n${small(['{ level: 40, width: 80 }', '{ type: acme/window, label: soft }'])}`,
      files: {
        'window.ts': `import { defineWindow, Type } from 'ichor';

export default defineWindow({
  name: 'acme/window',
  version: 1,
  summary: 'An example.',
  params: Type.Object({ label: Type.String({ pattern: '(' }) }),
  contract: () => ({}),
  scale: () => 0,
});
`,
      },
    },
  },
];

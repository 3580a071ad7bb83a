/** A recipe without a mistake, against the fake components. */
export const VALID = `recipe: 1
name: small
seed: 0
data:
  source: { type: rsna, root: data/rsna }
  split: { type: by-patient, validation: 0.2 }
  image: { size: 64, interpolation: area }
windows:
  brain: { level: 40, width: 80 }
  subdural: { level: 80, width: 200 }
  bone: { level: 600, width: 2800 }
channels: [brain, subdural, bone]
augment:
  - { type: flip-horizontal, probability: 0.5 }
backbone: { type: small-cnn, width: 0.5 }
sequence: { type: bi-lstm, cells: 32, dropout: 0.1 }
train:
  backbone:
    epochs: 2
    batch: 8
    optimizer: { type: adam, learningRate: 1e-3, clipNorm: 10 }
evaluation:
  metrics: [mean-log-loss, auc]
`;

export interface Mistake {
  name: string;
  /** Replaces a part of VALID, or stands for the whole text. `«` marks the place where the finding must point. */
  replace?: readonly [string, string];
  text?: string;
  set?: readonly string[];
  files?: Readonly<Record<string, string>>;
  code: string;
  path: string;
  hint?: RegExp;
  message?: RegExp;
  /** Where the text has no mark: `file:line:column`. */
  at?: string;
  /** The recipe is valid all the same. */
  severity?: 'warning';
  /** The complete output stands in test/golden/diagnostics, under this name. */
  golden?: string;
}

const key: Mistake[] = [
  {
    name: 'a misspelt key',
    golden: 'misspelt-key',
    replace: ['    epochs: 2', '    «epoch: 2'],
    code: 'unknown-key',
    path: 'train.backbone.epoch',
    hint: /^Did you mean epochs\?$/,
  },
  {
    name: 'another spelling of words',
    replace: ['learningRate: 1e-3', '«learning_rate: 1e-3'],
    code: 'unknown-key',
    path: 'train.backbone.optimizer.learning_rate',
    hint: /^Did you mean learningRate\?$/,
    message: /the optimizer adam/,
  },
  {
    name: 'a key at the wrong level',
    replace: ['seed: 0', '«dropout: 0.5'],
    code: 'unknown-key',
    path: 'dropout',
    hint: /^Move it under sequence: it is known as sequence\.dropout\.$/,
  },
  {
    name: 'a key nested too deep',
    replace: ['    batch: 8', '    «interpolation: area'],
    code: 'unknown-key',
    path: 'train.backbone.interpolation',
    hint: /data\.image\.interpolation/,
  },
  {
    name: 'a misspelt block',
    replace: ['augment:', '«augmentations:'],
    code: 'unknown-key',
    path: 'augmentations',
    hint: /Known there|augment/,
  },
  {
    name: 'a parameter of another component',
    replace: ['{ type: adam, learningRate: 1e-3', '{ type: adam, «momentum: 0.9, learningRate: 1e-3'],
    code: 'unknown-key',
    path: 'train.backbone.optimizer.momentum',
    hint: /^momentum belongs to sgd: type: sgd\. Known there: type, learningRate, clipNorm, weightDecay, decayExclude, schedule, beta1\.$/,
  },
  {
    name: 'a parameter in an item of a list',
    replace: ['probability: 0.5', '«propability: 0.5'],
    code: 'unknown-key',
    path: 'augment[0].propability',
    hint: /^Did you mean probability\?$/,
  },
  {
    name: 'the merge key of YAML 1.1',
    replace: ['backbone: { type: small-cnn, width: 0.5 }', 'backbone: { type: small-cnn, «<<: { width: 0.5 } }'],
    code: 'unknown-key',
    path: 'backbone.<<',
    hint: /use extends/,
  },
  {
    name: 'no version of the language',
    replace: ['recipe: 1\nname: small', '«name: small'],
    code: 'missing-key',
    path: 'recipe',
    hint: /recipe: 1/,
  },
  {
    name: 'a newer version of the language',
    replace: ['recipe: 1', 'recipe: «2'],
    code: 'language-version',
    path: 'recipe',
  },
  {
    name: 'no channels',
    replace: ['channels: [brain, subdural, bone]\n', ''],
    at: 'recipe.yaml:1:1',
    code: 'missing-key',
    path: 'channels',
  },
  {
    name: 'no backbone',
    replace: ['backbone: { type: small-cnn, width: 0.5 }\n', ''],
    at: 'recipe.yaml:1:1',
    code: 'missing-key',
    path: 'backbone',
  },
  {
    name: 'a required parameter left out',
    replace: ['  brain: { level: 40, width: 80 }', '  «brain: { level: 40 }'],
    code: 'missing-key',
    path: 'windows.brain.width',
    message: /a number above 0 and up to 4000 \(HU\)/,
  },
];

const value: Mistake[] = [
  {
    name: 'a number in quotes',
    replace: ['batch: 8', 'batch: «"8"'],
    code: 'wrong-type',
    path: 'train.backbone.batch',
    hint: /Write 8 without quotes/,
  },
  {
    name: 'a decimal comma',
    replace: ['validation: 0.2', 'validation: «"0,2"'],
    code: 'wrong-type',
    path: 'data.split.validation',
    hint: /Write 0\.2/,
  },
  {
    name: 'yes for true',
    replace: ['  brain: { level: 40, width: 80 }', '  brain: { type: sigmoid, softness: { even: «yes } }'],
    code: 'wrong-type',
    path: 'windows.brain.softness.even',
    hint: /^Write true/,
  },
  {
    name: 'off for false',
    replace: ['  brain: { level: 40, width: 80 }', '  brain: { type: sigmoid, softness: { even: «off } }'],
    code: 'wrong-type',
    path: 'windows.brain.softness.even',
    hint: /^Write false/,
  },
  {
    name: 'half a step',
    replace: ['batch: 8', 'batch: «8.5'],
    code: 'out-of-range',
    path: 'train.backbone.batch',
    message: /whole number/,
  },
  {
    name: 'no epoch',
    replace: ['epochs: 2', 'epochs: «0'],
    code: 'out-of-range',
    path: 'train.backbone.epochs',
    message: /from 1 to 10000/,
  },
  {
    name: 'a share above 1',
    replace: ['probability: 0.5', 'probability: «1.5'],
    code: 'out-of-range',
    path: 'augment[0].probability',
    message: /from 0 to 1/,
  },
  {
    name: 'an excluded bound',
    replace: ['dropout: 0.1', 'dropout: «1'],
    code: 'out-of-range',
    path: 'sequence.dropout',
    message: /from 0 and below 1/,
  },
  {
    name: 'a number of a union out of range',
    replace: ['clipNorm: 10', 'clipNorm: «-1'],
    code: 'out-of-range',
    path: 'train.backbone.optimizer.clipNorm',
    message: /above 0/,
  },
  {
    name: 'a text where a union takes a number or null',
    replace: ['clipNorm: 10', 'clipNorm: «off'],
    code: 'wrong-type',
    path: 'train.backbone.optimizer.clipNorm',
    message: /a number above 0, or null/,
  },
  {
    name: 'infinity',
    replace: ['learningRate: 1e-3', 'learningRate: «.inf'],
    code: 'out-of-range',
    path: 'train.backbone.optimizer.learningRate',
  },
  {
    name: 'a misspelt word of a choice',
    replace: ['interpolation: area', 'interpolation: «bilinear'],
    code: 'not-one-of',
    path: 'data.image.interpolation',
    message: /linear or area/,
    hint: /Did you mean linear\?/,
  },
  {
    name: 'a list for a number',
    replace: ['epochs: 2', 'epochs: «[2]'],
    code: 'wrong-type',
    path: 'train.backbone.epochs',
  },
  {
    name: 'one item for a list',
    replace: ['channels: [brain, subdural, bone]', 'channels: «brain'],
    code: 'wrong-type',
    path: 'channels',
    hint: /\[brain\]/,
  },
  {
    name: 'an empty list of channels',
    replace: ['[brain, subdural, bone]', '«[]'],
    code: 'wrong-form',
    path: 'channels',
    message: /at least 1/,
  },
  {
    name: 'a list for a block',
    replace: ['image: { size: 64, interpolation: area }', 'image: «[64, area]'],
    code: 'wrong-type',
    path: 'data.image',
  },
  {
    name: 'a number for a component',
    replace: ['{ type: small-cnn, width: 0.5 }', '«50'],
    code: 'wrong-type',
    path: 'backbone',
  },
  { name: 'a number for a type', replace: ['type: small-cnn', 'type: «50'], code: 'wrong-type', path: 'backbone.type' },
  {
    name: 'none where a block is needed',
    replace: ['{ type: by-patient, validation: 0.2 }', '«none'],
    code: 'unknown-component',
    path: 'data.split.type',
  },
  { name: 'a name that is no file name', replace: ['name: small', 'name: «a/b'], code: 'wrong-form', path: 'name' },
  {
    name: 'a best epoch without a metric',
    replace: ['    batch: 8', '    checkpoint: «best\n    batch: 8'],
    code: 'wrong-type',
    path: 'train.backbone.checkpoint',
    message: /last, or a map with best/,
  },
  {
    name: 'a wrong key in a union of forms',
    replace: ['    batch: 8', '    checkpoint: { «metric: auc }\n    batch: 8'],
    code: 'unknown-key',
    path: 'train.backbone.checkpoint.metric',
  },
  {
    name: 'truth named twice',
    replace: ['  metrics:', '  patient: { truth: «[any-slice, any-slice] }\n  metrics:'],
    code: 'wrong-form',
    path: 'evaluation.patient.truth',
  },
];

const component: Mistake[] = [
  {
    name: 'a misspelt component',
    replace: ['type: small-cnn', 'type: «smal-cnn'],
    code: 'unknown-component',
    path: 'backbone.type',
    hint: /^Did you mean small-cnn\?$/,
  },
  {
    name: 'a component that does not exist',
    replace: ['type: bi-lstm', 'type: «transformer'],
    code: 'unknown-component',
    path: 'sequence.type',
    hint: /^Known: bi-lstm\. See: ichor list sequence$/,
  },
  {
    name: 'a misspelt bare name',
    replace: ['[mean-log-loss, auc]', '[mean-log-loss, «auk]'],
    code: 'unknown-component',
    path: 'evaluation.metrics[1].type',
    hint: /auc/,
  },
  {
    name: 'a block that does not say what it is',
    replace: ['{ type: flip-horizontal, probability: 0.5 }', '«{ probability: 0.5 }'],
    code: 'missing-type',
    path: 'augment[0].type',
    hint: /flip-horizontal/,
  },
];

const contract: Mistake[] = [
  {
    name: 'a window that was dropped',
    golden: 'dropped-window',
    replace: ['  subdural: { level: 80, width: 200 }\n', ''],
    at: 'recipe.yaml:11:19',
    code: 'unknown-window',
    path: 'channels[1].window',
    hint: /Windows of this recipe: brain, bone/,
  },
  {
    name: 'a misspelt window',
    replace: ['[brain, subdural, bone]', '[brain, «subdurall, bone]'],
    code: 'unknown-window',
    path: 'channels[1].window',
    hint: /Did you mean subdural\?/,
  },
  {
    name: 'two channels into a network of three',
    text: VALID.replace('small-cnn, width: 0.5', 'resnet-50-v2').replace('[brain, subdural, bone]', '«[brain, bone]'),
    code: 'channel-count',
    path: 'channels',
    message: /takes 3 channels, and the recipe has 2/,
  },
  {
    name: 'a picture that is too small',
    text: VALID.replace('small-cnn, width: 0.5', 'inception-resnet-v2').replace('size: 64', 'size: «64'),
    code: 'image-too-small',
    path: 'data.image.size',
    message: /at least 75 pixels/,
  },
  {
    name: 'frozen batch norm on random weights',
    replace: ['{ type: small-cnn, width: 0.5 }', '{ type: resnet-50-v2, batchNorm: «frozen }'],
    code: 'frozen-without-weights',
    path: 'backbone.batchNorm',
    hint: /batchNorm: trained/,
  },
  {
    name: 'weights that the network does not have',
    replace: ['{ type: small-cnn, width: 0.5 }', '{ type: small-cnn, weights: «imagenet }'],
    code: 'weights-unknown',
    path: 'backbone.weights',
  },
  {
    name: 'a sequence model without embeddings',
    replace: ['backbone: { type: small-cnn, width: 0.5 }', 'backbone: «none'],
    code: 'sequence-needs-backbone',
    path: 'backbone',
  },
  {
    name: 'nothing to train',
    text: VALID.replace('backbone: { type: small-cnn, width: 0.5 }', 'backbone: «none').replace(
      /sequence: .*/,
      'sequence: none',
    ),
    code: 'nothing-to-train',
    path: 'backbone',
  },
  {
    name: 'training on a source without labels',
    replace: ['source: { type: rsna, root: data/rsna }', 'source: «{ type: folder, root: data/rsna }'],
    code: 'labels-needed',
    path: 'data.source',
    hint: /ichor predict/,
  },
  {
    name: 'the best epoch by a metric that is not evaluated',
    replace: ['    batch: 8', '    checkpoint: { best: «patient-f1 }\n    batch: 8'],
    code: 'checkpoint-metric',
    path: 'train.backbone.checkpoint.best',
  },
  {
    name: 'the best epoch by the loss, which is no metric',
    replace: ['    batch: 8', '    checkpoint: { best: «loss }\n    batch: 8'],
    code: 'checkpoint-metric',
    path: 'train.backbone.checkpoint.best',
    hint: /The loss is no metric: name one of/,
  },
  {
    name: 'early stopping by a metric that is not evaluated',
    replace: ['epochs: 2\n    batch: 8', 'epochs: 9\n    earlyStopping: { metric: «lost }\n    batch: 8'],
    code: 'checkpoint-metric',
    path: 'train.backbone.earlyStopping.metric',
    hint: /Did you mean loss/,
  },
];

const syntax: Mistake[] = [
  {
    name: 'a bracket that is not closed',
    replace: ['[brain, subdural, bone]', '[brain, subdural'],
    at: 'recipe.yaml:13:1',
    code: 'yaml-syntax',
    path: '',
  },
  { name: 'a tab', replace: ['  brain: { level', '«\tbrain: { level'], code: 'yaml-syntax', path: '', hint: /spaces/ },
  {
    name: 'a key twice',
    replace: ['name: small\nseed: 0', 'name: small\nseed: 0\n«seed: 1'],
    code: 'duplicate-key',
    path: 'seed',
    message: /seed stands twice/,
  },
  {
    name: 'a conflict marker',
    replace: ['name: small', '«<<<<<<< HEAD\nname: small\n=======\nname: smaller\n>>>>>>> other'],
    code: 'merge-conflict',
    path: '',
  },
  {
    name: 'a tag',
    replace: ['root: data/rsna', 'root: !!js/function «"x"'],
    code: 'custom-tag',
    path: 'data.source.root',
  },
  {
    name: 'a key that plain objects cannot hold',
    replace: ['seed: 0', '«__proto__: { polluted: true }'],
    code: 'forbidden-key',
    path: '__proto__',
  },
  {
    name: 'another such key',
    replace: ['  brain:', '  «constructor:'],
    code: 'forbidden-key',
    path: 'windows.constructor',
  },
  { name: 'a second document', text: `${VALID}«---\nrecipe: 1\n`, code: 'several-documents', path: '' },
  {
    name: 'an alias without an anchor',
    replace: ['level: 40', 'level: «*forty'],
    code: 'yaml-syntax',
    path: 'windows.brain.level',
  },
  {
    name: 'an alias of itself',
    replace: ['{ type: small-cnn, width: 0.5 }', '&me { type: small-cnn, width: «*me }'],
    code: 'yaml-syntax',
    path: 'backbone.width',
  },
  { name: 'an empty file', text: '', at: 'recipe.yaml:1:1', code: 'not-a-map', path: '', message: /empty/ },
  { name: 'only comments', text: '# nothing\n', at: 'recipe.yaml:1:1', code: 'not-a-map', path: '' },
  { name: 'a list', text: '«- recipe: 1\n', code: 'not-a-map', path: '' },
  { name: 'a text', text: '«hello\n', code: 'not-a-map', path: '' },
];

const files: Mistake[] = [
  {
    name: 'a base that is not there',
    replace: ['name: small', 'name: small\nextends: «base/papper.yaml'],
    files: { 'base/paper.yaml': 'recipe: 1\n' },
    code: 'extends-missing',
    path: 'extends',
  },
  {
    name: 'files that extend each other',
    golden: 'extends-cycle',
    text: 'recipe: 1\nextends: a.yaml\n',
    files: { 'a.yaml': 'extends: [b.yaml]\n', 'b.yaml': 'extends: recipe.yaml\n' },
    at: 'b.yaml:1:10',
    code: 'extends-cycle',
    path: 'extends',
    message: /recipe\.yaml -> a\.yaml -> b\.yaml -> recipe\.yaml/,
  },
  {
    name: 'extends of a number',
    replace: ['name: small', 'name: small\nextends: «[7]'],
    at: 'recipe.yaml:3:11',
    code: 'wrong-type',
    path: 'extends[0]',
  },
  {
    name: 'a mistake in the base',
    golden: 'in-the-base',
    text: 'recipe: 1\nextends: base.yaml\n',
    files: { 'base.yaml': VALID.replace('batch: 8', 'batch: many') },
    at: 'base.yaml:20:12',
    code: 'wrong-type',
    path: 'train.backbone.batch',
  },
  {
    name: 'a claim about a recipe that is not there',
    replace: ['name: small', 'name: small\ncontrast:\n  «other: [augment]'],
    code: 'contrast-missing',
    path: 'contrast.other',
  },
  {
    name: 'a claim that leaves a difference out',
    golden: 'contrast-differs',
    replace: ['name: small', 'name: small\ncontrast:\n  «other: [augment]'],
    files: { 'other.yaml': VALID.replace(/augment:\n.*\n/, 'augment: []\n').replace('batch: 8', 'batch: 9') },
    code: 'contrast-differs',
    path: 'contrast.other',
    message: /train\.backbone\.batch: 8 here, 9 in other/,
    hint: /recipe\.yaml:22/,
  },
  {
    name: 'a claim of a difference that is none',
    replace: ['name: small', 'name: small\ncontrast:\n  other: [augment, «backbone]'],
    files: { 'other.yaml': VALID.replace(/augment:\n.*\n/, 'augment: []\n') },
    code: 'contrast-equal',
    path: 'contrast.other[1]',
  },
  {
    name: 'a claim about a recipe with mistakes',
    replace: ['name: small', 'name: small\ncontrast:\n  «other: [augment]'],
    files: { 'other.yaml': VALID.replace('batch: 8', 'batch: none') },
    code: 'contrast-broken',
    path: 'contrast.other',
  },
];

const commandLine: Mistake[] = [
  {
    name: '--set without a value',
    text: VALID,
    set: ['train.backbone.epochs'],
    at: '--set:1:1',
    code: 'set-syntax',
    path: '',
  },
  {
    name: '--set with an empty value',
    text: VALID,
    set: ['seed='],
    at: '--set:1:5',
    code: 'set-syntax',
    path: '',
    hint: /seed=null/,
  },
  { name: '--set of no path', text: VALID, set: ['a..b=1'], at: '--set:1:1', code: 'set-syntax', path: '' },
  {
    name: '--set of two values for one path',
    text: VALID,
    set: ['train.backbone.epochs=3', 'seed=1', 'train.backbone.epochs=4'],
    at: '--set:3:1',
    code: 'set-twice',
    path: 'train.backbone.epochs',
    message: /^train\.backbone\.epochs is set to two values: 3, and then 4\.$/,
  },
  {
    name: '--set of an unknown key',
    golden: 'set-unknown-path',
    text: VALID,
    set: ['seed=3', 'train.backbone.epoch=1'],
    at: '--set:2:16',
    code: 'set-path',
    path: 'train.backbone.epoch',
    hint: /^Did you mean train\.backbone\.epochs\?$/,
  },
  {
    name: '--set of a wrong value',
    text: VALID,
    set: ['train.backbone.epochs=two'],
    at: '--set:1:23',
    code: 'wrong-type',
    path: 'train.backbone.epochs',
  },
  {
    name: '--set of an item that is not there',
    text: VALID,
    set: ['augment[3].probability=1'],
    at: '--set:1:8',
    code: 'set-index',
    path: 'augment[3]',
  },
  {
    name: '--set of a forbidden key',
    text: VALID,
    set: ['windows.__proto__.level=1'],
    at: '--set:1:9',
    code: 'forbidden-key',
    path: 'windows.__proto__.level',
  },
  {
    name: '--set of YAML that does not parse',
    text: VALID,
    set: ['channels=[brain'],
    at: '--set:1:16',
    code: 'yaml-syntax',
    path: '',
  },
  {
    name: '--set of a mark',
    text: VALID,
    set: ['smoke=false'],
    at: '--set:1:1',
    code: 'set-reserved',
    path: 'smoke',
    hint: /--smoke/,
  },
];

/** What a radiologist or an engineer writes who knows other tools well. */
const habits: Mistake[] = [
  {
    name: 'lr for the learning rate',
    replace: ['learningRate: 1e-3', '«lr: 1e-3'],
    code: 'unknown-key',
    path: 'train.backbone.optimizer.lr',
    hint: /^Here it is called learningRate\.$/,
    golden: 'lr',
  },
  {
    name: 'batch_size for the batch',
    replace: ['    batch: 8', '    «batch_size: 8'],
    code: 'unknown-key',
    path: 'train.backbone.batch_size',
    hint: /^Here it is called batch\.$/,
  },
  {
    name: 'hidden_size for the cells',
    replace: ['cells: 32', '«hidden_size: 32'],
    code: 'unknown-key',
    path: 'sequence.hidden_size',
    hint: /^Here it is called cells\.$/,
  },
  {
    name: 'filters for the width of a network',
    replace: ['small-cnn, width: 0.5', 'small-cnn, «filters: 32'],
    code: 'unknown-key',
    path: 'backbone.filters',
    hint: /^Here it is called width\.$/,
  },
  {
    name: 'model for the backbone',
    replace: ['backbone: { type: small-cnn', '«model: { type: small-cnn'],
    code: 'unknown-key',
    path: 'model',
    hint: /^Here it is called backbone\.$/,
  },
  {
    name: 'transforms for the augmentation',
    replace: ['augment:\n', '«transforms:\n'],
    code: 'unknown-key',
    path: 'transforms',
    hint: /^Here it is called augment\.$/,
  },
  {
    name: 'p for the probability',
    replace: ['probability: 0.5', '«p: 0.5'],
    code: 'unknown-key',
    path: 'augment[0].p',
    hint: /^Here it is called probability\.$/,
  },
  {
    name: 'a window by centre, as DICOM says it',
    replace: ['brain: { level: 40, width: 80 }', 'brain: { «windowCenter: 40, width: 80 }'],
    code: 'unknown-key',
    path: 'windows.brain.windowCenter',
    hint: /^Here it is called level\.$/,
  },
  {
    name: 'a window as two numbers',
    replace: ['brain: { level: 40, width: 80 }', 'brain: «[40, 80]'],
    code: 'wrong-type',
    path: 'windows.brain',
    hint: /\{ level: 40, width: 80 \}/,
  },
  {
    name: 'level and width exchanged',
    replace: ['bone: { level: 600, width: 2800 }', 'bone: «{ level: 2800, width: 600 }'],
    code: 'window-empty',
    path: 'windows.bone',
    severity: 'warning',
    message: /from 2500 to 3100 HU/,
    hint: /^Are level and width exchanged\? level: 600, width: 2800$/,
    golden: 'level-and-width-exchanged',
  },
  ...(
    [
      [
        'brain',
        'brain: { level: 40, width: 80 }',
        80,
        40,
        /from 60 to 100 HU: the brain window is level 40, width 80\./,
      ],
      ['subdural', 'subdural: { level: 80, width: 200 }', 200, 80, /the subdural window is level 80, width 200\./],
      ['bone', 'bone: { level: 600, width: 2800 }', 1500, 300, /the bone window is level 300, width 1500\./],
    ] as const
  ).map(
    ([window, stated, level, width, message]): Mistake => ({
      name: `level and width of a known window (${window}) exchanged`,
      replace: [stated, `${window}: «{ level: ${level}, width: ${width} }`],
      code: 'window-exchanged',
      path: `windows.${window}`,
      severity: 'warning',
      message,
      hint: new RegExp(`^Are they exchanged\\? level: ${width}, width: ${level}$`),
    }),
  ),
  {
    name: 'a width as a share',
    replace: ['bone: { level: 600, width: 2800 }', 'bone: «{ level: 600, width: 0.5 }'],
    code: 'window-narrow',
    path: 'windows.bone',
    severity: 'warning',
    message: /bone is 0\.5 HU wide/,
    hint: /width: 80/,
  },
  {
    name: 'a negative width',
    replace: ['width: 2800', 'width: «-2800'],
    code: 'out-of-range',
    path: 'windows.bone.width',
    message: /above 0 and up to 4000 \(HU\)/,
  },
  {
    name: 'a unit behind a number',
    replace: ['level: 40', 'level: «40 HU'],
    code: 'wrong-type',
    path: 'windows.brain.level',
    hint: /^Write 40: units are not written, this one is in HU\.$/,
    golden: 'unit',
  },
  {
    name: 'pixels behind a size',
    replace: ['size: 64', 'size: «64px'],
    code: 'wrong-type',
    path: 'data.image.size',
    hint: /^Write 64: units are not written, this one is in pixels\.$/,
  },
  {
    name: 'per cent for a share',
    replace: ['validation: 0.2', 'validation: «20'],
    code: 'out-of-range',
    path: 'data.split.validation',
    hint: /^It is a share, and not per cent: 0\.2\.$/,
    golden: 'per-cent',
  },
  {
    name: 'per cent with its sign',
    replace: ['probability: 0.5', 'probability: «50%'],
    code: 'wrong-type',
    path: 'augment[0].probability',
    hint: /^It is a share, and not per cent: 0\.5\.$/,
  },
  {
    name: 'per cent where less than all may be left out',
    replace: ['dropout: 0.1', 'dropout: «30'],
    code: 'out-of-range',
    path: 'sequence.dropout',
    hint: /^It is a share, and not per cent: 0\.3\.$/,
  },
  {
    name: 'a learning rate in quotes',
    replace: ['learningRate: 1e-3', 'learningRate: «"1e-4"'],
    code: 'wrong-type',
    path: 'train.backbone.optimizer.learningRate',
    hint: /^Write 1e-4 without quotes\.$/,
  },
  {
    name: 'true in quotes',
    replace: ['  brain: { level: 40, width: 80 }', '  brain: { type: sigmoid, softness: { even: «"true" } }'],
    code: 'wrong-type',
    path: 'windows.brain.softness.even',
    hint: /^Write true without quotes\.$/,
  },
  {
    name: 'none for null',
    replace: ['clipNorm: 10', 'clipNorm: «none'],
    code: 'wrong-type',
    path: 'train.backbone.optimizer.clipNorm',
    hint: /^Write null\.$/,
  },
  {
    name: 'no for a list that may be empty',
    replace: ['augment:\n  - { type: flip-horizontal, probability: 0.5 }\n', 'augment: «no\n'],
    code: 'wrong-type',
    path: 'augment',
    hint: /^An empty list says that there is none: \[\]\.$/,
  },
  {
    name: 'a list without brackets',
    replace: ['channels: [brain, subdural, bone]', 'channels: «brain, subdural, bone'],
    code: 'wrong-type',
    path: 'channels',
    hint: /^A list stands in brackets: \[brain, subdural, bone\]\.$/,
  },
  {
    name: 'a list without commas',
    replace: ['channels: [brain, subdural, bone]', 'channels: [«brain subdural bone]'],
    code: 'unknown-window',
    path: 'channels[0].window',
    hint: /^Separate them with commas: \[brain, subdural, bone\]$/,
  },
  {
    name: 'braces for a list',
    replace: ['channels: [brain, subdural, bone]', 'channels: «{ brain, subdural, bone }'],
    code: 'wrong-type',
    path: 'channels',
    hint: /^A list stands in brackets: \[brain, subdural, bone\]\.$/,
  },
  {
    name: 'a block for a list of blocks',
    replace: ['  - { type: flip-horizontal, probability: 0.5 }', '  «type: flip-horizontal'],
    code: 'wrong-type',
    path: 'augment',
    hint: /starts with -\.$/,
  },
  {
    name: 'the name of a component as a key',
    replace: ['{ type: flip-horizontal, probability: 0.5 }', '«flip-horizontal: { probability: 0.5 }'],
    code: 'missing-type',
    path: 'augment[0].type',
    hint: /\{ type: flip-horizontal, … \}/,
    golden: 'name-as-key',
  },
  {
    name: 'a component of another kind',
    replace: ['type: small-cnn, width: 0.5', 'type: «bi-lstm'],
    code: 'unknown-component',
    path: 'backbone.type',
    hint: /^bi-lstm is a sequence\./,
    golden: 'another-kind',
  },
  {
    name: 'a network under its short name',
    replace: ['type: bi-lstm', 'type: «LSTM'],
    code: 'unknown-component',
    path: 'sequence.type',
    hint: /^Here it is called bi-lstm\.$/,
  },
  {
    name: 'a metric under its short name',
    replace: ['[mean-log-loss, auc]', '[«logloss, auc]'],
    code: 'unknown-component',
    path: 'evaluation.metrics[0].type',
    hint: /^Here it is called mean-log-loss or kaggle-log-loss\.$/,
  },
  {
    name: 'a class name of Keras',
    replace: ['type: small-cnn, width: 0.5', 'type: «InceptionResNetV2'],
    code: 'unknown-component',
    path: 'backbone.type',
    hint: /^Did you mean inception-resnet-v2\?$/,
  },
  {
    name: 'a component of a plugin that is not named',
    replace: ['type: small-cnn, width: 0.5', 'type: «acme/net'],
    code: 'unknown-component',
    path: 'backbone.type',
    hint: /^acme\/… comes from a plugin: name it under plugins/,
  },
  {
    name: 'a folder for a source',
    replace: ['source: { type: rsna, root: data/rsna }', 'source: «data/rsna'],
    code: 'unknown-component',
    path: 'data.source.type',
    hint: /root: data\/rsna/,
  },
  {
    name: 'a Windows path in double quotes',
    replace: ['root: data/rsna', 'root: "C:«\\data\\rsna"'],
    code: 'yaml-syntax',
    path: '',
    hint: /C:\/data\/rsna/,
    golden: 'windows-path',
  },
  {
    name: 'a Windows path to a base',
    replace: ['name: small', 'name: small\nextends: «base\\paper.yaml'],
    code: 'extends-missing',
    path: 'extends',
    hint: /base\/paper\.yaml$/,
  },
  {
    name: 'a colon that is missing',
    replace: ['channels: [', '«channels ['],
    code: 'yaml-syntax',
    path: '',
    hint: /^A colon after the key is missing/,
    golden: 'missing-colon',
  },
  {
    name: 'a quote that is not closed',
    replace: ['root: data/rsna }', 'root: «"data/rsna }'],
    code: 'yaml-syntax',
    path: '',
    message: /a quote is not closed/,
  },
  {
    name: 'a title with a colon',
    replace: ['name: small', 'name: «small: the first'],
    code: 'yaml-syntax',
    path: '',
    hint: /A text with a colon stands in quotes\.$/,
  },
  {
    name: 'a name with a space',
    replace: ['name: small', 'name: «my recipe'],
    code: 'wrong-form',
    path: 'name',
    message: /is no name: letters, digits/,
  },
  {
    name: 'the version of the language in quotes',
    replace: ['recipe: 1', 'recipe: «"1"'],
    code: 'language-version',
    path: 'recipe',
    hint: /without quotes/,
  },
  {
    name: 'a value of the optimizer beside it',
    replace: ['    batch: 8', '    «learningRate: 1e-3\n    batch: 8'],
    code: 'unknown-key',
    path: 'train.backbone.learningRate',
    hint: /^Move it under train\.backbone\.optimizer: /,
    golden: 'nested-too-high',
  },
  {
    name: 'a value of both stages above them',
    replace: ['train:\n', 'train:\n  «epochs: 3\n'],
    code: 'unknown-key',
    path: 'train.epochs',
    hint: /^Move it: it is known as train\.backbone\.epochs, train\.sequence\.epochs or train\.endToEnd\.epochs\.$/,
  },
  {
    name: 'the seed in a block',
    replace: ['evaluation:\n', 'evaluation:\n  «seed: 3\n'],
    code: 'unknown-key',
    path: 'evaluation.seed',
    hint: /seed/,
  },
  {
    name: 'a block of data at the top',
    replace: ['seed: 0', '«image: { size: 64 }\nseed: 0'],
    code: 'unknown-key',
    path: 'image',
    hint: /^Move it under data: it is known as data\.image\.$/,
  },
  {
    name: 'a window in a channel',
    replace: ['[brain, subdural, bone]', '[brain, subdural, { window: bone, «level: 600 }]'],
    code: 'unknown-key',
    path: 'channels[2].level',
    hint: /^Move it under one of windows: /,
  },
  {
    name: 'a parameter of another optimizer of ours',
    replace: ['{ type: adam, learningRate: 1e-3', '{ type: sgd, «beta1: 0.9, learningRate: 1e-3'],
    code: 'unknown-key',
    path: 'train.backbone.optimizer.beta1',
    hint: /^beta1 belongs to adam: type: adam\./,
  },
  {
    name: 'what nothing may accept',
    replace: ['name: small', 'name: small\naccept: [«channel-count]'],
    code: 'accept-unknown',
    path: 'accept[0]',
    hint: /leak/,
  },
  {
    name: 'what does not occur is accepted',
    replace: ['name: small', 'name: small\naccept: [«leak]'],
    code: 'accept-unused',
    path: 'accept[0]',
    severity: 'warning',
  },
  {
    name: 'training of a network that is not there',
    text: VALID.replace(/sequence: .*\n/, 'sequence: none\n').replace(
      'evaluation:',
      '  «sequence: { epochs: 3 }\nevaluation:',
    ),
    code: 'trains-nothing',
    path: 'train.sequence',
    severity: 'warning',
    golden: 'trains-nothing',
  },
];

/** What a newcomer did. */
const newcomer: Mistake[] = [
  {
    name: '--set of a window whose name is misspelt',
    text: VALID,
    set: ['windows.brian.level=40'],
    at: '--set:1:9',
    code: 'set-path',
    path: 'windows.brian.level',
    hint: /^Did you mean windows\.brain\.level\?$/,
  },
  {
    name: '--set of an item by a bare number',
    text: VALID,
    set: ['augment.0.probability=0.5'],
    at: '--set:1:9',
    code: 'set-syntax',
    path: '',
    hint: /^Items of a list stand in brackets: augment\[0\]\.probability$/,
  },
  {
    name: '--set of a word that stands at two places',
    text: VALID,
    set: ['learningRate=1'],
    at: '--set:1:1',
    code: 'set-path',
    path: 'learningRate',
    hint: /^Did you mean train\.backbone\.optimizer\.learningRate or train\.sequence\.optimizer\.learningRate\?$/,
  },
  {
    name: '--set of a key at the wrong block',
    text: VALID,
    set: ['backbone.epochs=3'],
    at: '--set:1:10',
    code: 'set-path',
    path: 'backbone.epochs',
    hint: /^Did you mean train\.backbone\.epochs\?$/,
  },
  {
    name: 'no space after a colon',
    replace: ['{ level: 80, width: 200 }', '{ «level:80, level: 80, width: 200 }'],
    code: 'unknown-key',
    path: 'windows.subdural.level:80',
    hint: /^A space follows the colon: level: 80$/,
  },
  {
    name: 'a path in the place of blocks',
    replace: ['seed: 0', '«train.backbone.epochs: 5'],
    code: 'unknown-key',
    path: '["train.backbone.epochs"]',
    hint: /^Write it as blocks: train: \{ backbone: \{ epochs: … \} \}$/,
  },
  {
    name: 'none as a type',
    replace: ['sequence: { type: bi-lstm, cells: 32, dropout: 0.1 }', 'sequence: { type: «none }'],
    code: 'unknown-component',
    path: 'sequence.type',
    hint: /sequence: none$/,
  },
  {
    name: 'blocks in the place of the paths of a sweep',
    text: `${VALID}sweep: { grid: { sequence: «{ cells: [4, 8] } } }\n`,
    code: 'sweep-path',
    path: 'sweep.grid.sequence',
    hint: /^Write the whole path: \{ sequence\.cells: \[ … \] \}$/,
  },
];

export const MISTAKES: readonly Mistake[] = [
  ...newcomer,
  ...key,
  ...value,
  ...component,
  ...contract,
  ...syntax,
  ...files,
  ...commandLine,
  ...habits,
];

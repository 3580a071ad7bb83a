/** What other tools call it, and what does it here. */
export interface ForeignOption {
  /** Without hyphens in front and inside: `dryrun`. */
  names: readonly string[];
  hint: string;
  /** Only of these commands; of all where absent. */
  of?: readonly string[];
}

const set = (path: string, value: string): string =>
  `It is a value of the recipe: edit the file, or set it for once with --set ${path}=${value}`;
/** Commands that take a recipe and `--set`. */
const RECIPES = [
  'run',
  'plan',
  'sweep',
  'table',
  'check',
  'explain',
  'figure windows',
  'figure augmentations',
  'figure architecture',
];
const RUNS = ['run', 'sweep', 'table', 'ensemble', 'plan'];

/** The first that fits is told. */
export const FOREIGN_OPTIONS: readonly ForeignOption[] = [
  {
    names: ['set', 'profile', 'smoke', 'until', 'exact'],
    of: ['predict'],
    hint: 'A prediction takes the recipe of its run as it was trained; `ichor run RECIPE` has this option',
  },
  {
    names: ['resume', 'continue', 'resumefrom', 'restore', 'ckpt', 'ckptpath', 'checkpoint', 'loadcheckpoint', 'r'],
    of: ['run', 'sweep', 'table', 'plan', 'predict'],
    hint: 'Resuming is automatic: the same command goes on where it was stopped.',
  },
  {
    names: ['dryrun', 'n', 'simulate', 'whatif', 'justprint', 'noop', 'noact'],
    of: ['table'],
    hint: 'The dry run of a table is `ichor table TABLE --plan`.',
  },
  {
    names: ['dryrun', 'n', 'simulate', 'whatif', 'justprint', 'noop', 'noact'],
    of: ['run', 'sweep', 'plan', 'predict'],
    hint: 'The dry run is `ichor plan RECIPE`: which stages would run, why, and how long they would take.',
  },
  {
    names: ['fastdevrun', 'debug', 'test', 'sanitycheck', 'overfitbatches', 'quick'],
    of: RUNS,
    hint: 'With --smoke a run goes through every stage with next to no data and training.',
  },
  {
    names: ['gpu', 'gpus', 'cuda', 'usegpu', 'device', 'devices', 'cpu', 'accelerator', 'backend', 'nogpu', 'nocuda'],
    hint: 'What computes is said with --engine native, or --engine wasm; no option chooses a GPU, and `ichor engine info` shows what this machine computes with.',
  },
  {
    names: ['workers', 'numworkers', 'nworkers', 'cores', 'nproc', 'nthreads', 'numthreads', 'processes', 'j', 'njobs'],
    hint: 'Threads of the native engine are said with --threads N (run, plan, predict, sweep, table); --jobs N runs several points of a sweep or rows of a table at once.',
  },
  {
    names: ['epochs', 'epoch', 'numepochs', 'maxepochs', 'numtrainepochs', 'e'],
    of: RECIPES,
    hint: set('train.backbone.epochs', '5'),
  },
  { names: ['batchsize', 'batch', 'bs', 'b'], of: RECIPES, hint: set('train.backbone.batch', '16') },
  {
    names: ['lr', 'learningrate', 'eta', 'initiallr'],
    of: RECIPES,
    hint: set('train.backbone.optimizer.learningRate', '1e-4'),
  },
  { names: ['optimizer', 'optim', 'opt'], of: RECIPES, hint: set('train.backbone.optimizer', 'adam') },
  { names: ['loss', 'criterion'], of: RECIPES, hint: set('train.backbone.loss', 'binary-cross-entropy') },
  {
    names: ['model', 'arch', 'backbone', 'network', 'architecture', 'encoder'],
    of: RECIPES,
    hint: set('backbone', 'small-cnn'),
  },
  { names: ['sequence', 'rnn', 'lstm'], of: RECIPES, hint: set('sequence', 'bi-lstm') },
  { names: ['dropout'], of: RECIPES, hint: set('sequence.dropout', '0.3') },
  { names: ['seed', 'randomseed', 'randomstate', 'manualseed'], of: RECIPES, hint: set('seed', '1') },
  { names: ['imgsize', 'imagesize', 'size', 'imgsz', 'resolution'], of: RECIPES, hint: set('data.image.size', '224') },
  { names: ['window', 'windows', 'channels'], of: RECIPES, hint: set('channels', '[brain, subdural, bone]') },
  {
    names: [
      'data',
      'datadir',
      'dataset',
      'dataroot',
      'datapath',
      'root',
      'rootdir',
      'input',
      'i',
      'indir',
      'inputdir',
      'd',
    ],
    of: RECIPES,
    hint: 'The folder of the data is a value of the recipe: --set data.source.root=DIR',
  },
  {
    names: [
      'data',
      'datadir',
      'dataset',
      'dataroot',
      'datapath',
      'root',
      'input',
      'i',
      'indir',
      'inputdir',
      'd',
      'dir',
      'folder',
    ],
    of: ['predict'],
    hint: 'The folder stands behind the run: `ichor predict RUN DIR`',
  },
  {
    names: ['valsplit', 'validationsplit', 'val', 'valsize', 'testsize', 'validation'],
    of: RECIPES,
    hint: set('data.split.validation', '0.1'),
  },
  {
    names: ['limit', 'maxsamples', 'maxfiles', 'subset', 'limittrainbatches'],
    of: RECIPES,
    hint: set('data.limit', '{ labelled: 100, unlabelled: 0 }'),
  },
  { names: ['metric', 'metrics'], of: RECIPES, hint: set('evaluation.metrics', '[mean-log-loss, auc]') },
  {
    names: ['augment', 'augmentation', 'augmentations', 'transforms'],
    of: RECIPES,
    hint: set('augment', '[flip-horizontal]'),
  },
  {
    names: ['name', 'runname', 'experimentname', 'experiment', 'expname', 'jobname'],
    of: RECIPES,
    hint: set('name', 'my-run'),
  },
  { names: ['tag', 'tags'], hint: 'A run gets a name of your own afterwards: `ichor runs tag RUN TAG`' },
  {
    names: ['config', 'configfile', 'cfg', 'c', 'f', 'file', 'recipe', 'yaml', 'configname'],
    of: RECIPES,
    hint: 'The recipe is no option, and stands behind the command: `ichor run RECIPE`',
  },
  {
    names: [
      'output',
      'o',
      'outputdir',
      'outdir',
      'out',
      'savedir',
      'logdir',
      'workdir',
      'resultsdir',
      'savepath',
      'cachedir',
    ],
    of: [...RUNS, 'predict', 'runs list', 'runs show', 'runs ledger', 'store list', 'store gc'],
    hint: 'Runs and artifacts lie in the store: .ichor in the workspace, or --store DIR.',
  },
  {
    names: ['output', 'o', 'outfile', 'save'],
    hint: 'What it writes goes where --out says, at the commands that have it (`ichor init`, `ichor figure windows`, `ichor schema`); else to standard output.',
  },
  {
    names: ['verbose', 'v', 'vv', 'loglevel', 'log', 'logging', 'progress', 'trace'],
    hint: 'All that is said is said already; --quiet says less. Of a run, `ichor runs show RUN` and `ichor runs ledger RUN` say the rest.',
  },
  { names: ['silent', 's', 'q', 'noprogress'], hint: 'Less is said with --quiet.' },
  {
    names: ['force', 'overwrite', 'rerun', 'nocache', 'clean', 'fresh', 'restart', 'f', 'y', 'yes'],
    of: RUNS,
    hint: 'A stage runs again when something that it is made of changes (`ichor plan RECIPE` says what); to train once more: --set seed=1. A sweep and a table forget what is done with --restart.',
  },
  {
    names: ['stage', 'steps', 'only', 'target', 'stopafter', 'end'],
    of: ['run', 'plan'],
    hint: 'A run ends after a stage with --until STAGE: --until shards',
  },
  {
    names: ['mixedprecision', 'amp', 'fp16', 'bf16', 'precision', 'half'],
    hint: 'Every engine computes with 32-bit numbers: `ichor engine info` shows them.',
  },
  { names: ['weights', 'pretrained', 'pretrainedweights'], of: RECIPES, hint: set('backbone.weights', 'imagenet') },
  {
    names: ['weights', 'model', 'modelpath', 'checkpoint', 'run', 'm'],
    of: ['predict'],
    hint: 'Networks come from a run, which stands behind the command: `ichor predict RUN DIR`',
  },
  {
    names: ['wandb', 'tensorboard', 'mlflow', 'logger'],
    hint: "A run's figures, curves and log lie in its folder: `ichor runs show RUN` names it.",
  },
  {
    names: ['deterministic', 'reproducible'],
    of: ['run', 'plan', 'sweep', 'table'],
    hint: 'Runs repeat anyway; to the bit with equal threads and instruction set: --threads N --exact',
  },
  {
    names: ['folds', 'fold', 'kfold', 'cv', 'nsplits'],
    of: RECIPES,
    hint: set('train.sequence.embeddings', '{ crossfit: 5 }'),
  },
  {
    names: ['json', 'jsonl', 'asjson'],
    of: ['diff', 'plan', 'submission check', 'check'],
    hint: 'As JSON it is said with --format json.',
  },
  {
    names: ['format'],
    of: ['run', 'predict', 'runs list', 'runs show', 'runs ledger', 'engine info'],
    hint: 'As JSON it is said with --json.',
  },
  { names: ['h', '?'], hint: 'Help is shown with --help.' },
];

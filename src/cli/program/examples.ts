/** How the command is called in a clone and in a project that installed it. */
export const CALLED = 'npx ichor';

/** A command line without `CALLED`, and what it does. */
export type Example = readonly [line: string, does: string];

/** For the end of each command's help and docs/commands.md; a test parses each of them. */
const EXAMPLES: readonly Example[] = [
  ['init', 'quickstart.yaml in this folder'],
  ['init rsna-sample --out study', 'another shipped recipe, in a folder of its own'],
  ['init controls/crossfit --out study', 'a control, with the recipe that it extends'],
  ['check my-recipe.yaml', 'in half a second'],
  ['check recipes --format github', 'all recipes of a folder, as annotations of a workflow'],
  ['explain my-recipe.yaml', 'the complete recipe'],
  ['explain my-recipe.yaml sequence.dropout', 'one value, with everything that it replaced'],
  ['diff recipes/inception-aug-3w.yaml recipes/inception-seq-aug.yaml', 'two recipes'],
  ['diff quickstart-1 quickstart-2', 'two runs: their data, engines and versions too'],
  ['figure windows recipes/inception-seq-aug.yaml --out windows.png', 'a phantom in each window'],
  ['figure windows my-recipe.yaml --file SLICE.dcm', 'a file of yours'],
  ['figure augmentations recipes/inception-seq-aug.yaml', 'what its networks see of one slice in training'],
  ['figure augmentations recipes/quickstart.yaml --all --out all.png', 'each that there is, with its defaults'],
  ['figure architecture recipes/inception-seq-aug.yaml', 'Inception-ResNet-v2, then the LSTM'],
  ['migrate my-recipe.yaml --dry-run', 'what would be rewritten'],
  ['plan my-recipe.yaml', 'which stages are there, which would run, and why'],
  ['plan my-recipe.yaml --measure', 'how long they would take on this machine'],
  ['run my-recipe.yaml', 'the same command goes on where it was stopped'],
  ['run my-recipe.yaml --smoke', 'whether it goes through, with next to no data'],
  ['run my-recipe.yaml --set seed=1 --set sequence.cells=64', 'with other values'],
  ['run my-recipe.yaml --track tensorboard', 'followed by TensorBoard: tensorboard --logdir .ichor/runs'],
  ['run my-recipe.yaml --threads 2 --exact', 'what two threads of this instruction set made, to the bit'],
  ['run recipes/rsna-sample.yaml --set data.source.root=DIR', 'on your copy of some of the RSNA data'],
  ['run recipes/ct-ich.yaml --set data.source.root=DIR', 'on pictures with a table, in the place of DICOM files'],
  ['run my-recipe.yaml --set data.source.root=rsna.zip', "on Kaggle's zip as it was downloaded"],
  ['predict quickstart DIR', "the recipe's newest run, on any folder of CT slices"],
  ['predict quickstart-1.ichor.zip DIR', 'a packed run, on a machine that has nothing else of it'],
  ['predict quickstart scans.zip DIR', 'a zip, read in place, and a folder as one set'],
  ['predict quickstart-1 DIR --show-ids --pictures', 'ids and slices in the report as they are'],
  [
    'evaluate quickstart-1 DIR --labels labels.csv',
    'figures on labelled slices of another hospital, labels as Kaggle’s',
  ],
  ['evaluate my-recipe --test-side', 'figures on the patients that it held out; the run keeps when'],
  [
    'evaluate ct-ich DIR --labels mine.csv --columns path=File,epidural=EDH,intraparenchymal=IPH,any=!Healthy',
    'a table of your own; figures of labels that it lacks are left out',
  ],
  ['ensemble quickstart-1 quickstart-2 --name both', 'a run both-1, with metrics and a report'],
  ['runs list', 'each with its state, seed, profile and recipe'],
  ['runs show quickstart', "the recipe's newest run: its figures, and what made it"],
  ['runs ledger', 'what became of each file and label row of the newest run'],
  ['runs ledger quickstart-3 --json', 'the same of one run, for a script'],
  ['watch', 'the run that is running, in a browser of this machine'],
  ['runs compare quickstart-1 quickstart-2', 'on one page: figures with paired intervals, curves, recipes'],
  ['runs tag quickstart-3 baseline', 'baseline then stands for that run wherever a run is named'],
  ['runs untag baseline', 'the run stays'],
  ['runs rm quickstart-1 quickstart-2', 'their artifacts stay until `store gc`'],
  ['runs pack quickstart', 'quickstart-1.ichor.zip, for another machine'],
  ['track sync', 'of all runs, after a server was down'],
  ['track sync quickstart-3 --json', 'of one, for a script'],
  ['export quickstart', 'ONNX, a model card and a Python example in quickstart-1-onnx/'],
  ['export quickstart-1 --part backbone --out my-backbone', 'the network that looks at pictures alone'],
  ['submission check .ichor/runs/rsna-1/submission.csv --sample SAMPLE.csv', 'before you upload it'],
  ['table my-table.yaml', 'rows, figures and claims, and a page of them'],
  ['table recipes/tables/table-2.yaml --profile ci --plan', "the paper's table II on phantoms: what would run"],
  ['sweep my-sweep.yaml --jobs 2', 'two points at once'],
  ['sweep my-sweep.yaml --on slurm --on-config slurm.yaml', 'as jobs of a cluster: docs/clusters.md'],
  ['jobs list', 'what of it is under way'],
  ['jobs cancel sweep-my-sweep', 'end that; what was finished is kept'],
  ['jobs logs embed', 'what jobs of this name have printed'],
  ['list', 'everything'],
  ['list window', 'one kind'],
  ['describe backbone small-cnn', 'its parameters, with ranges, units and defaults'],
  ['describe code source-missing', 'what an error means, and what to do about it'],
  ['new component window acme/soft', 'soft.ts and its test, ready to change'],
  ['new plugin acme', 'a package in acme/'],
  ['schema --out recipe.schema.json', 'for completion and help in the editor'],
  ['data inspect DIR', 'patients, studies, series, and what would be left out'],
  ['data inspect scans.zip --recipe my-recipe.yaml --json', 'what a run of it would take, for a script'],
  ['data inspect --recipe recipes/ct-ich.yaml', 'pictures with a table: which each slice has, and labels'],
  ['data inspect DIR --pictures sheet.html', 'some slices of each series that would be used, on a page'],
  ['data whois 1f0c9a7be2', 'which slice, series, study, patient or file that is'],
  ['data phantom my-phantoms --set studies=12 --seed 3', 'twelve studies, drawn from seed 3'],
  ['store list', 'sizes, and which runs use what'],
  ['store gc --dry-run', 'what would go'],
  ['weights list', 'with sizes, licences, hashes, and what is here'],
  ['weights get resnet-50 inception-resnet-v2', 'both of ImageNet'],
  ['weights get --recipe recipes/inception-seq-aug.yaml', 'what a run of it would fetch'],
  ['weights add resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5', 'on a machine without a network'],
  ['weights verify', 'whether they are what they were'],
  ['weights where', 'the cache, the mirror'],
  ['weights where resnet-50', 'its path, its address, its hash'],
  ['engine info', 'what this machine computes with'],
  ['engine install', "fetches TensorFlow's libraries"],
  ['engine install --from DIR', 'on a machine without a network'],
];

/** Those of a command by its words: `runs list`. */
export function examplesOf(command: string): readonly Example[] {
  return EXAMPLES.filter(([line]) => line === command || line.startsWith(`${command} `));
}

/** Lines of a shell, what they do beside them as comments. */
export function exampleLines(examples: readonly Example[]): string[] {
  const lines = examples.map(([line]) => `${CALLED} ${line}`);
  const width = Math.max(...lines.map((line) => line.length));
  return examples.map(([, does], at) => `${lines[at]?.padEnd(width)}  # ${does}`);
}

import { type Command, InvalidArgumentError, Option } from 'commander';
import { endWith } from '../end.ts';
import { eager, engine, identityKey, json, paths, port, quietRun, store, threads, trustSizes } from './options.ts';

/** From 0 to 1. */
function share(text: string): number {
  const found = Number(text);
  if (text.trim() === '' || !(found >= 0 && found <= 1))
    throw new InvalidArgumentError('It must be from 0 to 1: 0.06 for 6 %.');
  return found;
}

/** Commands about what has run. */
export function addRunCommands(ichor: Command): void {
  ofPictures(
    ichor
      .command('predict')
      .description('apply the networks of a finished run to unlabelled DICOM files')
      .argument(
        '<run>',
        'a run: its name (quickstart-1), a tag, its recipe (quickstart: the newest whole run as the file stands), its folder, or a packed run',
      )
      .argument('<dir...>', 'folders of DICOM files, zips of them (read in place), single files, or a DICOMDIR'),
  ).action(async (run: string, dirs: string[], options) =>
    endWith(await (await import('../predict.ts')).predictCommand(run, dirs, options)),
  );

  ofPictures(
    ichor
      .command('evaluate')
      .description('judge the networks of a finished run by labelled slices that it never saw: another hospital')
      .argument('<run>', 'a run: its name, a tag, its recipe, or its folder, as predict takes it')
      .argument('[dir...]', 'folders of DICOM files, zips of them, single files; or pictures with their table')
      .option(
        '--test-side',
        'in the place of other slices: by the labels that its recipe holds out (data.test); the run keeps when they were opened',
      )
      .option(
        '--labels <file>',
        'CSV of their labels; without it that of the run’s own kind of pictures, in the folder',
      )
      .option(
        '--columns <list>',
        'what its columns are, by commas: path=File,epidural=EDH,…,any=!Healthy, with a comma in one quoted: epidural="EDH, acute"; without it ID and Label, as Kaggle’s, or as the run’s recipe says',
      )
      .addOption(
        new Option(
          '--prevalence <share>',
          'also the predictive values where this share is positive, as 0.06 of a clinic’s patients: a set that was collected for its positives has more',
        ).argParser(share),
      ),
  ).action(async (run: string, dirs: string[], options) =>
    endWith(await (await import('../evaluate.ts')).evaluateCommand(run, dirs, options)),
  );

  ichor
    .command('ensemble')
    .description(
      'average the final predictions of runs over the same slices, and evaluate the average as a run of its own',
    )
    .argument('<run...>', 'two runs or more: names, recipes (the newest run of each as its file stands), or folders')
    .option('--name <name>', 'what it is called', 'ensemble')
    .addOption(
      new Option('--mean <of>', 'what is averaged').choices(['probabilities', 'logits']).default('probabilities'),
    )
    .addOption(store())
    .addOption(quietRun())
    .addOption(json())
    .action(async (names: string[], options) =>
      endWith(await (await import('../ensemble.ts')).ensembleCommand(names, options)),
    );

  ichor
    .command('watch')
    .description('show a run while it trains, on a page of this machine that keeps itself up to date')
    .argument(
      '[run]',
      'its name, a tag, its recipe, or its folder (default: the newest run that is running, else the newest)',
    )
    .addOption(port())
    .addOption(store())
    .addOption(json())
    .action(async (run: string | undefined, options) =>
      endWith(await (await import('../watch.ts')).watchCommand(run, options)),
    );

  const runs = ichor.command('runs').description('what has run: all runs, or one of them');
  runs
    .command('list')
    .description('list all runs of the store')
    .addOption(store())
    .addOption(json())
    .action(async (options) => endWith(await (await import('../runs.ts')).listCommand(options)));
  runs
    .command('show')
    .description('show one run: its state, metrics, artifacts, and what made it')
    .argument('<run>', 'its name, a tag, its recipe (the newest whole run as the file stands), or its folder')
    .addOption(store())
    .addOption(json())
    .action(async (run: string, options) => endWith(await (await import('../runs.ts')).showCommand(run, options)));
  runs
    .command('compare')
    .description('hold runs against the first of them on one page: figures with paired intervals, curves, recipes')
    .argument('<run...>', 'two to eight: names, tags, recipes (the newest whole run of each), or folders')
    .option('--out <file>', 'the page that is made (default: in comparisons/ of the store)')
    .option('--force', 'replace a comparison that is there')
    .addOption(store())
    .addOption(json())
    .action(async (names: string[], options) =>
      endWith(await (await import('../runs-compare.ts')).compareCommand(names, options)),
    );
  runs
    .command('rm')
    .description('remove runs; their artifacts stay until `ichor store gc`')
    .argument('<run...>', 'names, tags or folders of runs; a recipe stands for none here')
    .option('--force', 'also what other runs, sweeps or tables refer to')
    .addOption(store())
    .addOption(json())
    .action(async (names: string[], options) =>
      endWith(await (await import('../runs.ts')).removeCommand(names, options)),
    );
  runs
    .command('tag')
    .description('give a run a name of your own, which then stands for it wherever a run is named')
    .argument('<run>', 'its name, another tag, its recipe (the newest whole run as the file stands), or its folder')
    .argument('<tag>', 'letters, digits, dots, hyphens and underscores')
    .option('--force', 'take the tag from the run that has it')
    .addOption(store())
    .addOption(json())
    .action(async (run: string, tag: string, options) =>
      endWith(await (await import('../runs.ts')).tagCommand(run, tag, options)),
    );
  runs
    .command('untag')
    .description('take a tag away; its run stays')
    .argument('<tag>', 'the tag')
    .addOption(store())
    .addOption(json())
    .action(async (tag: string, options) => endWith(await (await import('../runs.ts')).untagCommand(tag, options)));
  runs
    .command('pack')
    .description(
      'write a run into one file, with networks, recipe and card, that `ichor predict` takes on another machine',
    )
    .argument('<run>', 'its name, a tag, its recipe (the newest whole run as the file stands), or its folder')
    .option('--out <file>', 'the file that is made (default: RUN.ichor.zip here)')
    .option('--force', 'replace a file that is there')
    .addOption(store())
    .addOption(json())
    .action(async (run: string, options) => endWith(await (await import('../export.ts')).packCommand(run, options)));
  runs
    .command('ledger')
    .description('what became of each file and each label row, and every repair and warning, of a run that failed too')
    .argument(
      '[run]',
      'its name, a tag, its recipe (the newest whole run as the file stands), or its folder (default: the newest run)',
    )
    .addOption(json())
    .addOption(store())
    .action(async (run: string | undefined, options) =>
      endWith(await (await import('../ledger.ts')).ledgerCommand(run, options)),
    );
}

/** Commands about what `--on` has under way. */
export function addJobCommands(ichor: Command): void {
  const jobs = ichor.command('jobs').description('what --on has under way: jobs of sweeps, tables and runs');
  jobs
    .command('list', { isDefault: true })
    .description('what is under way: executor, id, stage, since when, and its last line')
    .option('--all', 'also what has ended, of the last call of each command')
    .addOption(store())
    .addOption(json())
    .action(async (options) => endWith(await (await import('../jobs/jobs-command.ts')).jobsCommand(options)));
  jobs
    .command('cancel')
    .description('end what is under way; what was finished is kept, and the same command goes on from there')
    .argument('[name]', 'a sweep, a table or a run, as `ichor jobs list` names it (default: all)')
    .addOption(store())
    .addOption(json())
    .action(async (name: string | undefined, options) =>
      endWith(await (await import('../jobs/jobs-cancel.ts')).cancelCommand(name, options)),
    );
  jobs
    .command('logs')
    .description('what a job has printed')
    .argument('<name>', 'a job, as `ichor jobs list` names it: its name, the start of it, or its id')
    .addOption(store())
    .addOption(json())
    .action(async (name: string, options) =>
      endWith(await (await import('../jobs/jobs-logs.ts')).logsCommand(name, options)),
    );
}

/** Commands about who follows runs. */
export function addTrackCommands(ichor: Command): void {
  const track = ichor.command('track').description('what trackers have received of runs (see --track of run)');
  track
    .command('sync')
    .description('send what trackers have not received: their server was down, or the run was killed')
    .argument('[run...]', 'runs: names, tags, recipes or folders (default: every run of the store that was tracked)')
    .addOption(store())
    .addOption(json())
    .action(async (runs: string[], options) =>
      endWith(await (await import('../track.ts')).trackSyncCommand(runs, options)),
    );
}

/** What predict and evaluate take alike: how pictures are read, which series of them, where and how it runs, what is shown. */
const ofPictures = (command: Command): Command =>
  command
    .option(
      '--show-ids',
      'write ids and paths as they are (default: as keyed hashes; what was predicted with them is made anew)',
    )
    .option('--pictures', 'put slices into the report')
    .addOption(paths())
    .option(
      '--heat-maps',
      'with --pictures: step through the shown series, with what in a slice speaks for each label (Grad-CAM)',
    )
    .option(
      '--repair-intercept',
      'repair unsigned 12-bit files whose values wrapped around (the default where the source of the run does)',
    )
    .addOption(
      new Option(
        '--series <which>',
        'which series of a study are predicted: the best; suitable: all axial ones; all: also localisers and reformats',
      )
        .choices(['best', 'suitable', 'all'])
        .default('best'),
    )
    .addOption(
      new Option('--resample <mm>', 'average series of slices closer than 2.5 mm to slices of so many mm').argParser(
        (text: string) => {
          const mm = Number(text);
          if (!(mm >= 2.5 && mm <= 20)) throw new InvalidArgumentError('It must be from 2.5 to 20.');
          return mm;
        },
      ),
    )
    .addOption(store())
    .addOption(engine())
    .addOption(threads())
    .addOption(eager())
    .addOption(trustSizes())
    .addOption(identityKey())
    .addOption(json())
    .addOption(quietRun());

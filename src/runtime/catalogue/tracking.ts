import { quoted, type RunEntry } from './entry.ts';

/** Who follows runs. */
export const tracking: readonly RunEntry[] = [
  {
    code: 'tracker-failed',
    severity: 'warning',
    title: 'A tracker could not receive what happened',
    why: 'Its server is down, hangs or refuses, or its folder cannot be written. Training goes on: what it has not received stands in the journal of the run. It is tried again with growing pauses, and once more when the run ends; only the first failure in a row is told. As an error it stands in what `ichor track sync` says.',
    fix: 'Do what the words in it say, and send the rest with `ichor track sync RUN`.',
    example: quoted(
      'ichor run quickstart.yaml --track tensorboard=curves',
      'The tracker tensorboard failed: curves/quickstart-1 cannot be read: permission is denied.',
    ),
  },
  {
    code: 'track-unsent',
    severity: 'warning',
    title: 'A run has ended, and a tracker has not received all of it',
    why: 'At its end a run gives its trackers ten seconds (an interrupted one three), so that one that hangs holds nothing up. What is left stands in its journal.',
    fix: '`ichor track sync RUN` sends the rest, today or next week; without a run that of all runs of the store. Where the journal itself could not be written, `history.csv` and `metrics.json` hold the figures.',
    example: quoted(
      'ichor run quickstart.yaml --track mlflow=http://localhost:5000',
      'The tracker mlflow has not received 12 of 20 records of run quickstart-1: nothing answers at http://localhost:5000 (ECONNREFUSED).',
      '`ichor track sync quickstart-1` sends the rest.',
    ),
  },
  {
    code: 'track-journal-failed',
    severity: 'warning',
    title: 'The journal of a run cannot be written',
    why: 'Trackers receive what stands in `tracking/journal.jsonl` of the run and nothing else, so that nothing is lost and nothing sent twice. The disk is full, or something is in the way. The run goes on; as soon as the journal can be written, what was kept meanwhile is written first. As an error of `ichor track sync`: the store is only to be read, and nothing is sent.',
    fix: 'Free some room, or take away what is in the way.',
    example: quoted(
      'ichor run quickstart.yaml --track tensorboard',
      'The journal of run quickstart-1 cannot be written: .ichor/runs/quickstart-1/tracking/journal.jsonl cannot be written: the disk is full. The run goes on, and trackers receive nothing of it meanwhile.',
    ),
  },
  {
    code: 'track-journal-damaged',
    severity: 'error',
    title: 'The journal of a run is damaged',
    why: 'A line inside `tracking/journal.jsonl` is not what was written, or the file is gone or cut off: the run is done and its last record does not say so, or a tracker has received more than there is. Of a run that is not done a last line that was cut off is no damage: it is left out. A warning where another run would have gone on with it, which then begins a journal of its own, and where the run is recalled.',
    fix: 'Run its recipe again with `--track NAME`: the run is recalled, the journal is written anew, and all of it is sent. Or put a copy of the file back; or delete the folder `tracking` of the run, which is then tracked no further.',
    example: quoted(
      'ichor track sync quickstart-1',
      '.ichor/runs/quickstart-1/tracking/journal.jsonl is damaged in line 3: it is no JSON: it was cut off, or something else wrote it.',
    ),
  },
  {
    code: 'track-cursor-damaged',
    severity: 'error',
    title: 'How far a tracker got is not known',
    why: '`tracking/NAME.json` of a run says how many records a tracker has received, and what it keeps. It is not what was written. The same of a sweep or a table, in its folder.',
    fix: 'Put a copy of the file back, or delete it: then everything is sent once more.',
    example: quoted(
      'ichor track sync quickstart-1',
      '.ichor/runs/quickstart-1/tracking/mlflow.json is damaged: it is empty. How far this tracker got is not known.',
    ),
  },
  {
    code: 'run-not-tracked',
    severity: 'error',
    title: 'Nothing followed this run',
    why: '`ichor track sync` sends what stands in the journal of a run, and this one has none: no tracker stood in its recipe or on its command line.',
    fix: 'Run its recipe again with `--track NAME`: the run is recalled, nothing is trained, and the tracker receives all of it.',
    example: {
      files: {
        '.ichor/runs/quickstart-1/run.json':
          '{ "name": "quickstart-1", "recipe": "quickstart", "recipeHash": "0cb3", "status": "done", "artifacts": {} }',
      },
      commands: ['ichor track sync quickstart-1'],
    },
  },
];

import type { JobEvent } from '../../runtime/jobs/driver.ts';
import type { PlacedJob } from '../../runtime/jobs/folder.ts';
import type { JobState } from '../../runtime/jobs/state.ts';
import { asCalled } from '../called.ts';
import { paint } from '../paint.ts';

/** Of so many submitted at once a line each says little. */
const MANY = 5;

/** What is said of jobs on standard error, a line for each thing that happens. */
export function jobLines({
  jobs,
  executor,
  quiet,
  states,
}: {
  jobs: readonly PlacedJob[];
  executor: string;
  quiet: boolean;
  states(): readonly JobState[];
}): (place: number, event: JobEvent) => void {
  let submitted: string[] = [];
  const say = (text: string) => process.stderr.write(`  ${asCalled(text)}\n`);
  // What one look has submitted is told together, in the next turn.
  const tellSubmitted = () => {
    const [first, last] = [submitted[0], submitted.at(-1)];
    if (submitted.length > MANY) say(`${submitted.length} jobs submitted to ${executor}: ${first} to ${last}`);
    else for (const line of submitted) say(line);
    submitted = [];
  };
  return (place, event) => {
    const { name } = jobs[place] as PlacedJob;
    if (event.what === 'failed') {
      const { error } = states()[place] as JobState;
      say(`${name}  ${paint.red('failed')}: ${error?.message ?? ''}`);
      return;
    }
    if (quiet) return;
    switch (event.what) {
      case 'submitted':
        if (submitted.length === 0) setImmediate(tellSubmitted);
        submitted.push(`${name}  ${paint.dim(`submitted to ${executor} as ${event.id}`)}`);
        break;
      case 'waits':
        say(`${name}${event.others === 0 ? '  waits' : ` and ${event.others} more wait`}: ${event.why}`);
        break;
      case 'running':
        say(`${name}  ${paint.dim(`runs on ${event.record.process.host}`)}`);
        break;
      case 'stage':
        // One that was put back begins anew, without a stage at first.
        if (event.record.stage !== null) say(`${name}  ${event.record.stage}`);
        break;
      case 'again':
        say(`${name}  ${paint.yellow('is submitted again')}: ${event.why}`);
        break;
      case 'done': {
        const seconds = event.record?.seconds;
        say(`${name}  ${paint.green('done')}${seconds === undefined ? '' : ` in ${Math.round(seconds)} s`}`);
      }
    }
  };
}

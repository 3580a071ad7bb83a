import { interruptible } from '../../../src/cli/interrupt.ts';
import { openEngine } from '../../../src/runtime/engine/open.ts';
import { type ToyStage, trainToy } from './toy-stages.ts';

/** Trains a toy in a folder, and sends itself a signal after so many batches. */
const [stage, folder = '', everySteps, batches, name] = process.argv.slice(2);
const signal = interruptible();
let seen = 0;
try {
  await trainToy(await openEngine('wasm'), stage as ToyStage, folder, {
    everySteps: Number(everySteps),
    signal,
    seen: () => {
      if (++seen === Number(batches)) process.kill(process.pid, name);
    },
  });
} catch (error) {
  if (error !== signal.reason) throw error;
  process.exitCode = 143;
}

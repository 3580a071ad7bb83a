// The cases of a bench one after the other: what is the same for the engine's and the data's.
import { writeFile } from 'node:fs/promises';
import { SetupError } from '../script.mjs';
import { busy } from './engine/machine.mjs';

/** More than this share of the machine taken by others: no place to measure. */
const QUIET = 0.05;

/** Earlier results go with those of this machine alone. */
export function requireSameMachine(file, earlier, machine) {
  if (earlier.machine && earlier.machine.cpu !== machine.cpu)
    throw new SetupError(
      `${file} was measured on another machine (${earlier.machine.cpu}): start anew, without --from.`,
    );
}

/**
 * Times each case; one that fails is told, and the others are timed all the same.
 *
 * @param wanted names of cases
 * @param results of earlier calls, by name: those of `wanted` are replaced
 * @param time (name, results so far) -> `{ rows, … }`
 * @param more what stands beside the date with each result
 * @param out where all results are written after each case, or undefined
 * @returns all results, in the order of `order`
 */
export async function runCases({ wanted, order, results: earlier, machine, time, more, out, say }) {
  const results = { ...earlier };
  for (const name of wanted) {
    console.error(`${name} ...`);
    const began = { date: new Date().toISOString(), busy: await busy(), ...more, ichor: machine.ichor };
    if (began.busy > QUIET)
      say(`others take ${Math.round(began.busy * 100)} % of this machine: these figures are not to be quoted`);
    try {
      results[name] = { ...began, ...(await time(name, results)) };
    } catch (error) {
      console.error(`  ${name} failed: ${error.stack}`);
      const note = `failed: ${error.message.split('\n')[0]}`;
      results[name] = { ...began, failed: error.message, rows: [{ what: name, note }] };
    }
    if (out) await writeFile(out, `${JSON.stringify({ machine, results }, null, 2)}\n`);
  }
  return Object.fromEntries(order.filter((name) => results[name]).map((name) => [name, results[name]]));
}

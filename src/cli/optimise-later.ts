import { setFlagsFromString } from 'node:v8';

/** Of V8's in Node 20, 22 and 24, where flags were tried: V8 complains on stderr of one that it does not know. */
const TRIED = /^1[1-3]\./;
/** Node 20's: later ones have no such budget. */
const WITH_BUDGET = /^11\./;
/** Bytes of bytecode that a function runs before it is looked at once more, nine times V8's own. */
const BUDGET = 1_200_000;

/** What a thread makes anew before V8 looks what of it is still needed; V8 starts with 1 and grows. Megabytes. */
const NEW_MB = 8;

/**
 * V8 compiles what runs often by an optimising compiler, in threads beside ours, and is tuned for programs that run for
 * days. Of a command that runs for a second, in three threads, it compiled some three hundred functions, most of them for a few more
 * calls, which was a quarter of the processor time of index and shards of a small set. What a training or a large set repeats
 * is compiled some milliseconds later.
 */
export function optimiseLater(v8 = process.versions.v8, set: (flag: string) => void = setFlagsFromString): void {
  if (!TRIED.test(v8)) return;
  if (WITH_BUDGET.test(v8)) set(`--interrupt-budget=${BUDGET}`);
  set(`--min-semi-space-size=${NEW_MB}`);
}

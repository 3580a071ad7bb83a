import { setFlagsFromString } from 'node:v8';

/** V8's in Node 20, 22 and 24, where the flag was tried: V8 complains on stderr of one that it does not know. */
const TRIED = /^1[1-3]\./;
/** Fewer files than that take less memory than any training. */
const MANY_FILES = 20_000;
/** By how much of what is in use the heap may grow before V8 looks what of it is still needed; V8 takes up to three times as much. */
const GROWS_BY_PERCENT = 30;
/** V8's own rule. */
const AS_V8_LIKES = 0;

type SetFlag = (flag: string) => void;

/**
 * For so many files that are read for an index: nearly all of the heap is in use then, and V8 lets as much again pile up before
 * it looks what can go. Of 100,000 files that was nearly half of the most memory that they took. Looking more often takes
 * a quarter more processor time, so a small set does without.
 */
export function growHeapSlowly(files: number, v8 = process.versions.v8, set: SetFlag = setFlagsFromString): void {
  if (files >= MANY_FILES && TRIED.test(v8)) set(`--heap-growing-percent=${GROWS_BY_PERCENT}`);
}

/** Once the index is made. */
export function growHeapFreely(v8 = process.versions.v8, set: SetFlag = setFlagsFromString): void {
  if (TRIED.test(v8)) set(`--heap-growing-percent=${AS_V8_LIKES}`);
}

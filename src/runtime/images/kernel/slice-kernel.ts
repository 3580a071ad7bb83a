import { SliceKernel } from './kernel.ts';

let made: SliceKernel | null | undefined;

/** This thread's kernel, made when it is first needed; null where there can be none. */
export function sliceKernel(): SliceKernel | null {
  made ??= SliceKernel.make();
  return made;
}

import { kernelImage } from './kernel/kernel-image.ts';
import { sliceKernel } from './kernel/slice-kernel.ts';
import { resizeChannels } from './resize.ts';
import { type SliceFacts, sliceFacts } from './slice-facts.ts';
import type { SliceJob } from './slice-job.ts';
import { storedWords } from './stored-words.ts';
import { sharedTaps } from './taps.ts';

export interface SliceImage extends SliceFacts {
  /** `[size, size, channels]`, interleaved. */
  image: Uint8Array;
}

/** Stored values -> windows -> stacked -> resized -> bytes. Null where pixels are missing. */
export function sliceImage(job: SliceJob): SliceImage | null {
  const kernel = sliceKernel();
  if (kernel === null) return plainImage(job);
  const made = kernelImage(kernel, job);
  return made && { image: kernel.bytes(made.at, made.length).slice(), ...made.facts };
}

/** The same in TypeScript: what the kernel's results are held against, and what runs where there is no WebAssembly. */
export function plainImage({ bytes, rows, columns, rule, table, size, interpolation }: SliceJob): SliceImage | null {
  const stored = storedWords(bytes, rows * columns, rule);
  if (stored === null) return null;
  const [vertical, horizontal] = [sharedTaps(interpolation, rows, size), sharedTaps(interpolation, columns, size)];
  const image = resizeChannels(stored.bits, columns, table, vertical, horizontal);
  return { image, ...sliceFacts(stored, rows, columns, rule) };
}

/** The text of src/runtime/images/kernel/module-bytes.ts. */
export function kernelModule(): Promise<string>;

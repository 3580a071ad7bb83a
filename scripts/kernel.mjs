/**
 * `node scripts/kernel.mjs`: writes the WebAssembly of each text of it into a module beside it. The bytes are checked in, so that
 * neither the build nor a run needs the assembler.
 */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main, ROOT } from './script.mjs';

/** @type {readonly { folder: string, text: string, module: string }[]} */
export const KERNELS = [
  { folder: 'src/runtime/images/kernel', text: 'slice-kernel.wat', module: 'module-bytes.ts' },
  { folder: 'src/runtime/dicom/pixels/rle', text: 'unpack.wat', module: 'unpack-bytes.ts' },
];

/** The text of the module that holds a kernel's bytes. */
export async function kernelModule({ folder, text }) {
  const { default: wabt } = await import('wabt');
  const source = readFileSync(join(ROOT, folder, text), 'utf8');
  const { parseWat } = await wabt();
  const parsed = parseWat(text, source, { simd: true, bulk_memory: true });
  const { buffer } = parsed.toBinary({ write_debug_names: false });
  parsed.destroy();
  return `/** ${text} as WebAssembly, base64: written by \`node scripts/kernel.mjs\`. */
export const MODULE =
  '${Buffer.from(buffer).toString('base64')}';
`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main(async () => {
    for (const kernel of KERNELS) writeFileSync(join(ROOT, kernel.folder, kernel.module), await kernelModule(kernel));
    return 0;
  });
}

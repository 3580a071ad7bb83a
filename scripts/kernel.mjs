/**
 * `node scripts/kernel.mjs`: writes src/runtime/images/kernel/module-bytes.ts, the WebAssembly of slice-kernel.wat beside it. The
 * bytes are checked in, so that neither the build nor a run needs the assembler.
 */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main, ROOT } from './script.mjs';

const FOLDER = join(ROOT, 'src', 'runtime', 'images', 'kernel');

/** The text of module-bytes.ts. */
export async function kernelModule() {
  const { default: wabt } = await import('wabt');
  const source = readFileSync(join(FOLDER, 'slice-kernel.wat'), 'utf8');
  const { parseWat } = await wabt();
  const parsed = parseWat('slice-kernel.wat', source, { simd: true, bulk_memory: true });
  const { buffer } = parsed.toBinary({ write_debug_names: false });
  parsed.destroy();
  return `/** slice-kernel.wat as WebAssembly, base64: written by \`node scripts/kernel.mjs\`. */
export const MODULE =
  '${Buffer.from(buffer).toString('base64')}';
`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main(async () => {
    writeFileSync(join(FOLDER, 'module-bytes.ts'), await kernelModule());
    return 0;
  });
}

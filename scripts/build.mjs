/**
 * `npm run build`: `dist/` from the sources: what tsc emits, the files that are no TypeScript, and the kernels of
 * tfjs-node-gpu as one file, so that whoever installs our tarball has a working engine without that package.
 * Does nothing where its inputs have not changed. Made aside and renamed: nobody sees half of it.
 */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCommand } from './build-bundle.mjs';
import { buildCommonJs } from './build-cjs.mjs';
import { hashOf, main, ROOT, run, SetupError, step } from './script.mjs';

const SOURCES = ['src', 'plugins'];
const INPUTS = [
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
  'package-lock.json',
  'LICENSE',
  'NOTICE',
  'scripts/build.mjs',
  'scripts/build-bundle.mjs',
  'scripts/build-cjs.mjs',
];
const STAMP = '.stamp';

/** @returns {Promise<boolean>} whether there was something to build */
export async function build(root = ROOT) {
  const dist = join(root, 'dist');
  const wanted = inputHash(root);
  if (stampOf(dist) === wanted) return false;
  // In node_modules: ignored by git and by every tool, and on the same disk.
  const work = join(root, 'node_modules', '.cache', 'ichor-build');
  removeRemains(work);
  const aside = join(work, String(process.pid));
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  try {
    await compile(root, aside);
    copyOthers(root, aside);
    await bundleTypeBox(aside);
    await bundleSliceWorker(aside);
    await buildCommonJs(root, aside);
    // Last of those: the entries that the others start from are one line each from here on.
    await bundleCommand(aside);
    await bundleKernels(root, join(aside, 'vendor'));
    const command = join(aside, 'src', 'cli', 'main.js');
    if (existsSync(command)) chmodSync(command, 0o755);
    writeFileSync(join(aside, STAMP), wanted);
    putInPlace(aside, dist, `${aside}.old`);
  } finally {
    rmSync(aside, { recursive: true, force: true });
    rmSync(`${aside}.old`, { recursive: true, force: true });
  }
  return true;
}

function inputHash(root) {
  const files = [
    ...SOURCES.flatMap((folder) => filesBelow(join(root, folder))),
    ...INPUTS.map((name) => join(root, name)),
  ];
  return hashOf(...files.flatMap((file) => [relative(root, file).split(sep).join('/'), readFileSync(file)]));
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function stampOf(dist) {
  const file = join(dist, STAMP);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

async function compile(root, aside) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', aside, '--pretty', 'false'];
  const { status, output } = await run(process.execPath, args, { cwd: root, hidden: true });
  if (status !== 0) throw new SetupError(`the sources do not compile:\n${output.trim()}`);
}

/** Templates, style sheets and the like, which the code finds beside itself. */
function copyOthers(root, aside) {
  for (const file of SOURCES.flatMap((folder) => filesBelow(join(root, folder)))) {
    if (/\.[cm]?tsx?$/.test(file)) continue;
    const target = join(aside, relative(root, file));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
  }
}

/** TypeBox is some 600 small files: as one file `ichor check` starts in two thirds of the time. One module asks for it. */
const bundleTypeBox = (aside) =>
  bundleInPlace(join(aside, 'src', 'registry', 'kinds', 'type.js'), 'TypeBox (MIT)', 'typebox/license');

/** Each thread that makes slices loads its modules anew: as one file it starts in a quarter of the time. */
const bundleSliceWorker = (aside) =>
  bundleInPlace(
    join(aside, 'src', 'runtime', 'images', 'slice-worker.js'),
    'protobufjs (BSD-3-Clause)',
    'protobufjs/LICENSE',
    // What has files of its own beside it.
    ['sharp', '@cornerstonejs/*', 'koffi'],
  );

/** A module with all that it imports, in its own place. `holds`: whose code that is, `licence` below node_modules. */
async function bundleInPlace(file, holds, licence, external = []) {
  // A test builds a tree that lacks it.
  if (!existsSync(file)) return;
  const { build: bundle } = await import('esbuild');
  await bundle({
    entryPoints: [file],
    outfile: file,
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external,
    legalComments: 'none',
    banner: { js: `/*! Holds ${holds}, bundled. Licence: node_modules/${licence}. */` },
    logLevel: 'silent',
  });
}

/** `@tensorflow/tfjs` stays outside: there must be one copy of it, the one that the rest of the program imports. */
async function bundleKernels(root, folder) {
  const { build: bundle } = await import('esbuild');
  const name = '@tensorflow/tfjs-node-gpu';
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  const parts = `${name} ${version} (Apache-2.0) and google-protobuf (BSD-3-Clause and Apache-2.0)`;
  mkdirSync(folder, { recursive: true });
  const { metafile } = await bundle({
    stdin: {
      contents: `require('${name}/dist/register_all_kernels');
exports.NodeJSKernelBackend = require('${name}/dist/nodejs_kernel_backend').NodeJSKernelBackend;`,
      resolveDir: root,
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['@tensorflow/tfjs'],
    // One kernel asks for the core, which is a dependency of tfjs and not of ours; tfjs exports all of it.
    alias: { '@tensorflow/tfjs-core': '@tensorflow/tfjs' },
    legalComments: 'none',
    banner: {
      js: `/*! Built from ${parts}, unchanged but bundled into one file. Licences: NOTICE beside this file. */`,
    },
    outfile: join(folder, 'tfjs-node-kernels.cjs'),
    metafile: true,
    logLevel: 'silent',
  });
  const foreign = Object.keys(metafile.inputs).filter((file) => !/tfjs-node-gpu|google-protobuf|<stdin>/.test(file));
  if (foreign.length > 0)
    throw new SetupError(`the kernels' bundle holds what NOTICE does not name: ${foreign.join(', ')}`);
  const notice = readFileSync(join(root, 'NOTICE'), 'utf8');
  const protobuf = readFileSync(join(root, 'node_modules', 'google-protobuf', 'LICENSE.md'), 'utf8');
  const apache = readFileSync(join(root, 'LICENSE'), 'utf8');
  writeFileSync(
    join(folder, 'NOTICE'),
    `tfjs-node-kernels.cjs is built from ${parts}.\n\n${notice}\n--- google-protobuf ---\n\n${protobuf}\n--- Apache License 2.0 ---\n\n${apache}`,
  );
}

function putInPlace(aside, dist, old) {
  for (let attempt = 1; ; attempt++) {
    try {
      if (existsSync(dist)) renameSync(dist, old);
      renameSync(aside, dist);
      return;
    } catch (error) {
      if (error.code === 'EXDEV') {
        // node_modules is a disk of its own: the stamp goes last.
        rmSync(dist, { recursive: true, force: true });
        cpSync(aside, dist, { recursive: true, filter: (source) => source !== join(aside, STAMP) });
        copyFileSync(join(aside, STAMP), join(dist, STAMP));
        return;
      }
      // Another build came between the two renames.
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EPERM'].includes(error.code) || attempt === 5) throw error;
      rmSync(old, { recursive: true, force: true });
    }
  }
}

/** What killed builds left. */
function removeRemains(work) {
  if (!existsSync(work)) return;
  for (const name of readdirSync(work)) {
    try {
      process.kill(Number.parseInt(name, 10), 0);
    } catch (error) {
      if (error.code === 'ESRCH') rmSync(join(work, name), { recursive: true, force: true });
    }
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await step('building dist/', 'built dist/', () => build());
    return 0;
  });
}

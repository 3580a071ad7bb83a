import { quoted, type RunEntry } from './entry.ts';

const RUN = 'ichor run recipe.yaml';
const INSTALL = 'ichor engine install';

/** What computes. */
export const engine: readonly RunEntry[] = [
  {
    code: 'engine-missing',
    severity: 'error',
    title: 'The native engine is asked for and not installed',
    why: 'TensorFlow’s libraries are not part of the package: they are fetched once, by a command. `--engine native` (or `engine: native`) takes nothing else in their place.',
    fix: 'Run `ichor engine install`, or `--engine wasm` for small networks.',
    example: quoted(
      'ichor run recipe.yaml --engine native',
      'The native engine (TensorFlow) is not installed.',
      'Install it with `ichor engine install`, or run with --engine wasm.',
    ),
  },
  {
    code: 'engine-fallback',
    severity: 'warning',
    title: 'This runs on WASM, which is slow',
    why: 'No engine was named, and the native one is not installed or its folder cannot be read. WASM always works, several times slower, on one thread and for small networks only.',
    fix: 'Run `ichor engine install` once. To say that WASM is meant: `--engine wasm`.',
    example: quoted(
      RUN,
      'The native engine (TensorFlow) is not installed: this runs on WASM, several times slower and for small networks only. `ichor engine install` would help.',
    ),
  },
  {
    code: 'eager-steps',
    severity: 'warning',
    title: 'Steps of a plugin cannot be compiled',
    why: 'The native engine records a step once and then runs it as one graph. A component that reads a value of a tensor, draws random numbers in JavaScript or makes shapes of values cannot be recorded: its steps run operation by operation, slower, and their results stand under keys of their own.',
    fix: 'Nothing need be done. To compile it: read no value (`data`, `dataSync`, `array`) inside of the network, and take what changes from step to step from its inputs (docs/engine.md).',
    example: quoted(
      RUN,
      'backbone cannot be compiled and runs eagerly, slower: acme/net reads the values of a tensor.',
      'A step that reads no value, and takes what changes from step to step from its inputs, can be: docs/engine.md.',
    ),
  },
  {
    code: 'step-not-compiled',
    severity: 'error',
    title: 'A step could not be compiled although its trial could',
    why: 'Whether a component’s steps can be compiled is found out once and remembered. This one did another thing in the run than in the trial: it depends on something beside its parameters and inputs.',
    fix: 'Run it with `--eager`. A component must do the same in every step.',
    example: quoted(RUN, 'A step cannot be compiled: acme/net reads the values of a tensor.', 'Run it with --eager.'),
  },
  {
    code: 'engine-mode',
    severity: 'error',
    title: 'This engine has no steps of that form',
    why: 'Only the native engine compiles steps, and only compiled steps compute in bfloat16. Code that asks the WASM engine for either ends here.',
    fix: 'Install the native engine with `ichor engine install`.',
    example: quoted(
      RUN,
      'The engine wasm runs no steps in the mode graph with float32.',
      'Only the native engine compiles steps (`ichor engine install`), and only compiled steps compute in bfloat16.',
    ),
  },
  {
    code: 'precision-unsupported',
    severity: 'error',
    title: 'Nothing here computes in bfloat16',
    why: 'A precision of bfloat16 under `train` is computed by compiled steps of the native engine alone: not by WASM, and not by steps that run eagerly (`--eager`, or a plugin that cannot be compiled).',
    fix: 'Set the precision to float32, or install the native engine with `ichor engine install` and leave out `--eager`.',
    example: quoted(
      'ichor run recipe.yaml --engine wasm --set train.backbone.precision=bfloat16',
      'backbone asks for bfloat16, and the engine wasm runs it: only compiled steps of the native engine compute in it.',
      'Set train.backbone.precision to float32, or install the native engine: `ichor engine install`.',
    ),
  },
  {
    code: 'precision-slow',
    severity: 'warning',
    title: 'Computing in bfloat16 gains nothing on this processor',
    why: 'Numbers of 16 bits are faster where the processor has instructions for them: AMX, or AVX512_BF16. Elsewhere TensorFlow leaves the steps in float32. Keys say bfloat16 all the same, since they know of no processor: what is made here is recalled on one that has the instructions, and differs from what that one makes (`--exact` keeps them apart).',
    fix: 'Leave `train.backbone.precision` and `train.sequence.precision` at float32 on such a machine.',
    example: quoted(
      'ichor run recipe.yaml --set train.backbone.precision=bfloat16',
      'This processor has no instructions for bfloat16 (AMX or AVX512_BF16): TensorFlow computes in float32 here all the same, under the keys of bfloat16.',
      'Leave train.backbone.precision and train.sequence.precision at float32 on this machine.',
    ),
  },
  {
    code: 'engine-second',
    severity: 'error',
    title: 'Another engine is open in this process',
    why: 'A process holds one engine, and TensorFlow.js has one backend at a time. Points of a sweep or rows of a table that name different engines lead there, and code that opens both.',
    fix: 'Give all points or rows the same engine, or run them apart.',
    example: quoted(
      'ichor sweep my-sweep.yaml',
      'This process runs on the engine wasm; native cannot be opened beside it.',
      'Use one engine in a process.',
    ),
  },
  {
    code: 'engine-replaced',
    severity: 'error',
    title: 'The native engine was replaced while the run was going',
    why: 'A run is planned on the engine that is installed then, and keys say by which an artifact was made. `ichor engine install` put another one in its place, or it was removed, before the run first needed it. What an engine has open it keeps: a run that computes already goes on.',
    fix: 'Give the same command again: what is done stays, and the plan says what another engine makes anew. Install engines while no run is going.',
    example: quoted(
      'ichor run recipe.yaml',
      'This run was planned on the engine tensorflow 2.21.0, and tensorflow 2.20.0 stands in its place now: the engine was replaced meanwhile. What is done stays, to the last checkpoint.',
      'Give the same command again: it plans anew, and says what another engine makes anew. Leave the engine alone while runs are going.',
    ),
  },
  {
    code: 'engine-threads',
    severity: 'error',
    title: 'The engine of this process has another number of threads',
    why: 'TensorFlow keeps its threads as long as the process lives, and threads change the last bits of results. So a process does not go on with fewer or more than were asked for.',
    fix: 'Give all points or rows the same `engine.threads`, or set it for all of them with `--threads N`.',
    example: quoted(
      'ichor sweep my-sweep.yaml',
      'This process computes on 2 threads; it cannot go on with 4.',
      'Give all points or rows the same engine.threads, or run them apart: --threads N sets it for all of them.',
    ),
  },
  {
    code: 'threads-unused',
    severity: 'warning',
    title: 'Threads were asked for and WASM has one',
    why: 'The number of threads is one of the native engine. WASM computes on one, whatever is asked for.',
    fix: 'Install the native engine with `ichor engine install`, or leave out `--threads`.',
    example: quoted(
      'ichor run recipe.yaml --engine wasm --threads 4',
      'The engine wasm computes on one thread; 4 threads were asked for.',
      'Threads are of the native engine: `ichor engine install`.',
    ),
  },
  {
    code: 'engine-failed',
    severity: 'error',
    title: 'The engine failed in the middle of its work',
    why: 'TensorFlow or WASM gave an error while it computed; the message holds its own words. Where it ran out of memory, the hint says so.',
    fix: 'Out of memory: lower the batch or `data.image.size`. Anything else is a fault of ichor or of a component: please report it with the message.',
    example: quoted(
      RUN,
      'The engine (native) failed while training the backbone: OOM when allocating tensor with shape[32,224,224,64]',
      'It ran out of memory: lower the batch size or the image size.',
    ),
  },
  {
    code: 'engine-unloadable',
    severity: 'error',
    title: 'The engine’s files are there and do not load',
    why: 'The system refuses a library of TensorFlow (made for another processor or an older system, a library that it needs is missing), or this Node does not start WASM.',
    fix: 'Install it again: `ichor engine install --force` for the native engine, `npm ci` with Node 20 or newer for WASM. `--engine wasm` goes on meanwhile.',
    example: quoted(
      RUN,
      "TensorFlow's library /home/me/.cache/ichor/engines/2.18.0/libtensorflow_cc.so.2 cannot be loaded: libstdc++.so.6: version `GLIBCXX_3.4.32' not found",
      'Install the engine again with `ichor engine install --force`, or run with --engine wasm.',
    ),
  },
  {
    code: 'engine-tampered',
    severity: 'error',
    title: 'The engine is not the one that was installed',
    why: 'The hashes of its libraries were written down when they were installed, and a file differs or is gone. Code that nobody checked is not loaded.',
    fix: 'Install it again: `ichor engine install --force`. If nobody touched the folder, look at the disk.',
    example: quoted(
      RUN,
      'The native engine is not what was installed: /home/me/.cache/ichor/engines/2.18.0/libtensorflow_cc.so.2: its hash differs. It was not loaded.',
      'Install it again with `ichor engine install --force`, or run with --engine wasm.',
    ),
  },
  {
    code: 'engine-unusable',
    severity: 'error',
    title: 'The named libraries do not work here',
    why: 'Libraries are tried in a process of their own before they are installed. These crashed, computed wrong numbers, or do not load: nothing was changed.',
    fix: 'Name libraries for this processor and system, or let `ichor engine install` find some.',
    example: quoted(
      'ichor engine install --from DIR',
      'The libraries in DIR were not installed: they were ended by SIGILL: this processor lacks an instruction that they use.',
    ),
  },
  {
    code: 'engine-source',
    severity: 'error',
    title: 'The named folder holds no TensorFlow libraries',
    why: '`--from` takes a folder with TensorFlow’s two libraries in it or below.',
    fix: 'Name the folder of an unpacked TensorFlow wheel, a Python environment’s site-packages, or the `deps/lib` of tfjs-node.',
    example: { files: { 'empty/README': 'Nothing.\n' }, commands: ['ichor engine install --from empty'] },
  },
  {
    code: 'engine-cache-unreadable',
    severity: 'error',
    title: 'The folder of native engines cannot be read',
    why: 'Installed engines lie in a cache folder of the user. The system does not let it be read.',
    fix: 'Mend its permissions, or set `ICHOR_CACHE` to a folder that this user can read and write.',
    example: quoted(
      RUN,
      'The cache folder /home/me/.cache/ichor cannot be read: permission is denied (EACCES).',
      'Set ICHOR_CACHE to a folder that this user can read and write.',
    ),
  },
  {
    code: 'cache-unwritable',
    severity: 'error',
    title: 'The folder of native engines cannot be written',
    why: 'An engine is installed into a cache folder of the user, which is read-only, belongs to somebody else, or is not there because the user has no home.',
    fix: 'Set `ICHOR_CACHE` to a folder that can be written.',
    example: quoted(
      INSTALL,
      'The cache folder /home/me/.cache/ichor cannot be written: the disk is read-only (EROFS).',
      'Set ICHOR_CACHE to a folder that can be written.',
    ),
  },
];

import { quoted, type RunEntry } from './entry.ts';

const RUN = 'ichor run recipe.yaml';

/** What was made, and who is making it. */
export const store: readonly RunEntry[] = [
  {
    code: 'store-not-writable',
    severity: 'error',
    title: 'The store cannot be written',
    why: 'Everything that a run makes goes to the store (`.ichor` in the workspace, or `--store DIR`). It is no folder, belongs to somebody else, or lies on a read-only disk.',
    fix: 'Choose another folder with `--store DIR`, or mend the permissions of this one.',
    example: {
      files: { store: 'No folder.\n' },
      commands: ['ichor init quickstart', 'ichor plan quickstart.yaml --store store'],
    },
  },
  {
    code: 'artifact-damaged',
    severity: 'error',
    title: 'A file of the store was changed after it was made',
    why: 'Each artifact has a manifest with the size and the SHA-256 of its files. One is missing, has another size or other bytes, or cannot be read: somebody edited it, a copy was cut off, or the disk lost it. Sizes are looked at whenever an artifact is found, bytes before a stage reads them (of shards as each record is read). A warning where the run makes it again by itself.',
    fix: 'Delete the folder that the hint names: the next run makes it again. Where a backup has the file, put it back instead.',
    example: quoted(
      RUN,
      '.ichor/store/index/3f2a/slices.csv is 4096 bytes long, not 8192: the artifact was changed after it was made.',
      'Delete the folder .ichor/store/index/3f2a; the next run makes it again.',
    ),
  },
  {
    code: 'artifact-missing',
    severity: 'error',
    title: 'What a run made is no longer in the store',
    why: 'The run’s record is there, and an artifact that it refers to was removed by hand.',
    fix: 'Run its recipe again: only what is missing is made.',
    example: quoted(
      'ichor predict quickstart-1 DIR',
      'The backbone that run quickstart-1 trained is no longer in the store.',
      'Run the recipe again; only what is missing is made.',
    ),
  },
  {
    code: 'shard-damaged',
    severity: 'error',
    title: 'A stored picture is damaged',
    why: 'Each record of the shards carries a check sum, and this one does not hold: the disk gave other bytes than were written.',
    fix: 'Delete the shards artifact (`ichor store list` shows it) and run again. If it happens twice, look at the disk.',
    example: quoted(
      RUN,
      'The record of slice ID_0a1b2c3d4 in shard-00003-of-00012.tfrecord is damaged: its check sum is wrong.',
      'Delete the shards artifact from the store (`ichor store list` shows it) and run again.',
    ),
  },
  {
    code: 'lock-lost',
    severity: 'error',
    title: 'Another process took over what this one was making',
    why: 'Who makes an artifact holds a lock and gives a sign of life. This process was still for too long (a laptop that slept, a network share that hung), and another one went on in its place. Two must not write one folder.',
    fix: 'Run the same command again: it goes on from what is there.',
    example: quoted(
      RUN,
      'The lock .ichor/locks/3f2a.lock was taken over by another process: this one gave no sign of life for 60 s.',
      'Run the same command again: it goes on from what is there.',
    ),
  },
  {
    code: 'lock-broken',
    severity: 'warning',
    title: 'A lock was taken over',
    why: 'Another process was making the same artifact and gave no sign of life for a while: it was killed, or its machine is gone. This one goes on from what it had finished.',
    fix: 'Nothing, if the other process is dead. If it is not, it will end with `lock-lost`.',
    example: quoted(
      RUN,
      'The lock of process 4711 on node-7 did not move for 60 s: it was taken over (.ichor/locks/3f2a.lock).',
    ),
  },
  {
    code: 'made-elsewhere',
    severity: 'error',
    title: 'Another machine made it while this one waited',
    why: '`--exact` takes only what was made with this machine’s threads and instruction set. While this run waited for a lock, another machine finished the artifact.',
    fix: 'Run the same command again: it makes one of its own beside it. Without `--exact` the other’s is taken.',
    example: quoted(
      'ichor run recipe.yaml --exact',
      'backbone was made on 16 threads AVX-512 while this waited; --exact takes only what was made on 4 threads AVX2.',
      'Run the same command again: it makes one of its own beside it.',
    ),
  },
  {
    code: 'made-differently',
    severity: 'note',
    title: 'Parts of a run were made on different machines',
    why: 'Threads and instruction set change the last bits of what the native engine computes. Artifacts of this run were made with different ones, so a repeat on one machine gives slightly other numbers.',
    fix: 'Nothing, usually. For bits that can be made again: `--exact`, with the same `--threads`.',
    example: quoted(
      RUN,
      'made on different threads or instruction sets: backbone on 16 threads AVX-512, the others on 4 threads AVX2; native results differ slightly between them',
    ),
  },
];

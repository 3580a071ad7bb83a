import { quoted, type RunEntry } from './entry.ts';

const RUN = 'ichor run recipe.yaml';
const KERAS = 'https://storage.googleapis.com/tensorflow/keras-applications/resnet';
const FILE = 'resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5';
const MD5 = '4d473c1dd8becc155b73f8504c6f6626';
const PLACE = `/home/anna/.cache/ichor/weights/md5-${MD5}/${FILE}`;
const BY_HAND = `Fetch ${KERAS}/${FILE} (${FILE}, 95 MB, MD5 ${MD5}) where there is a network, then \`ichor weights add ${FILE}\` here, or put it at ${PLACE}.`;
const OTHER = '0'.repeat(32);

/** Pretrained weights: where they come from, and the cache that they lie in. */
export const weights: readonly RunEntry[] = [
  {
    code: 'weights-not-fetched',
    severity: 'error',
    title: 'Pretrained weights are not here, and could not be fetched',
    why: 'Weights are fetched when a training first needs them. The network, a proxy or the server stood in the way, as the message says, or `ICHOR_OFFLINE` is set. What came of the file is kept, and the next call goes on from it.',
    fix: 'Run the same command again where the network is there. Behind a proxy set `HTTPS_PROXY`, with a mirror `ICHOR_WEIGHTS_MIRROR`, and `NODE_EXTRA_CA_CERTS` where a network has a certificate authority of its own. Without a network, fetch the file elsewhere and call `ichor weights add FILE`.',
    example: quoted(
      RUN,
      `Pretrained weights are not in the cache, and ICHOR_OFFLINE is set, so that they are not fetched: ${KERAS}/${FILE} (${FILE}, 95 MB, MD5 ${MD5}).`,
      BY_HAND,
    ),
  },
  {
    code: 'weights-other-file',
    severity: 'error',
    title: 'What came is not the published file of weights',
    why: 'Weights are known by the hash that their publisher states. A whole file came that has another one: something on the way changes files, a mirror is outdated, or the file was replaced where it is published. Nothing of it is kept.',
    fix: 'Look at the mirror and the proxy. The file from elsewhere: `ichor weights add FILE` takes it if it is the right one.',
    example: quoted(
      RUN,
      `${KERAS}/${FILE} gave another file than the published weights: its MD5 is ${OTHER}, not the published ${MD5}. Nothing of it was kept.`,
      `Something on the way changes it (a proxy, an outdated mirror), or it was replaced where it is published. ${BY_HAND}`,
    ),
  },
  {
    code: 'weights-changed',
    severity: 'warning',
    title: 'A file of weights in the cache is not what it was',
    why: 'Its size or its time had changed, so that its hash was compared again, and it is another one: a disk that fails, or something that wrote into it. It is not used.',
    fix: 'Nothing has to be done: a whole one is fetched. `ichor weights verify` reads all of them anew.',
    example: quoted(
      RUN,
      `${PLACE} is not the published file of weights any more and is not used: its MD5 is ${OTHER}, not ${MD5}.`,
      'A whole one is fetched in its place.',
    ),
  },
  {
    code: 'weights-address',
    severity: 'error',
    title: 'Weights have an address or a hash that is none',
    why: 'A file is fetched from an address of the web, and taken only with the hash that is stated beside it. What a plugin or a recipe states is neither.',
    fix: 'Write an address that begins with `https://`, and the 64 digits of the SHA-256 (`sha256sum FILE`). A file that is here: `weights: { file: PATH }`.',
    example: quoted(
      RUN,
      'Weights cannot be fetched from "ftp://files.example/net.h5": it is no web address.',
      'Name an address that begins with https://, or a file that is here: `{ file: PATH }`.',
    ),
  },
  {
    code: 'weights-mirror',
    severity: 'error',
    title: 'ICHOR_WEIGHTS_MIRROR is no web address',
    why: 'A mirror stands in the place of scheme and host of the published addresses, whose paths follow it.',
    fix: 'Set it to `https://HOST/PATH`, or unset it. Files that lie on a disk are put into the cache with `ichor weights add FILE`.',
    example: quoted(
      'ichor weights get resnet-50',
      'ICHOR_WEIGHTS_MIRROR is "/mnt/weights", which is no web address.',
      'Set it to https://HOST/PATH; files that are on a disk here: `ichor weights add FILE`.',
    ),
  },
  {
    code: 'weights-name',
    severity: 'error',
    title: 'No backbone knows weights by this name',
    why: 'Weights are named by a backbone and a name of its own, `resnet-50:imagenet`. Those of a plugin are known only where the plugin is named.',
    fix: '`ichor weights list` lists them all, with `--plugin NAME` those of a plugin too.',
    example: { commands: ['ichor weights where resnet-50:imagnet'] },
  },
  {
    code: 'weights-file-unknown',
    severity: 'error',
    title: 'A file is not one of the weights that backbones know',
    why: '`ichor weights add` finds out by the hash whose weights a file is, because names do not tell: two files of Keras are called alike. This one was cut off, is another version, or is weights of your own.',
    fix: 'Compare its hash with those that are listed. Weights of your own need no cache: `weights: { file: PATH }` in the recipe. What a recipe names by address and hash is added with `--sha256 HASH`.',
    example: { commands: ['ichor weights add mine.h5'], files: { 'mine.h5': 'not weights' } },
  },
  {
    code: 'weights-file-missing',
    severity: 'error',
    title: 'A file of weights is not there',
    why: 'The path that was typed, or that a recipe names, leads to no file.',
    fix: 'Look at the path. In a recipe it is relative to the workspace, on the command line to the folder you stand in.',
    example: { commands: ['ichor weights add mine.h5'] },
  },
  {
    code: 'weights-unlisted',
    severity: 'warning',
    title: 'A backbone does not say which weights it knows',
    why: 'Which file a name means may depend on parameters. Lists are made with the defaults, and this backbone has a parameter without one, or its contract fails.',
    fix: 'Ask with a recipe, which states the parameters: `ichor weights get --recipe FILE`.',
    example: quoted(
      'ichor weights list --plugin acme-nets',
      'The backbone acme/net does not say which weights it knows: depth is required.',
      'Name a recipe that uses it: `ichor check RECIPE`.',
    ),
  },
];

import { IchorError } from '../../errors.ts';
import { systemCode, systemReason } from '../../files/system-error.ts';
import { withoutPassword } from '../download/address.ts';
import { type DownloadFailed, reasonOf } from '../download/failed.ts';
import { HASH_NAMES } from '../download/hash-file.ts';
import { formatBytes } from '../store/disk.ts';
import type { Wanted } from './published.ts';

/** `MD5 4d473c1dd8becc155b73f8504c6f6626` */
export const hashText = ({ algorithm, hex }: Pick<Wanted, 'algorithm' | 'hex'>): string =>
  `${HASH_NAMES[algorithm]} ${hex}`;

/** `resnet50_….h5, 95 MB, MD5 4d47…` */
export const fileText = (wanted: Wanted): string =>
  [wanted.file, ...(wanted.bytes === null ? [] : [formatBytes(wanted.bytes)]), hashText(wanted)].join(', ');

const addCommand = (wanted: Wanted): string =>
  wanted.algorithm === 'sha256'
    ? `\`ichor weights add ${wanted.file} --sha256 ${wanted.hex}\``
    : `\`ichor weights add ${wanted.file}\``;

/** What helps where nothing helps against the network: the file, by hand. */
const byHand = (wanted: Wanted, path: string | null): string =>
  `Fetch ${withoutPassword(wanted.url)} (${fileText(wanted)}) where there is a network, then ${addCommand(wanted)} here` +
  `${path === null ? '' : `, or put it at ${path}`}.`;

/**
 * Weights that are not here, and could not be fetched: says the address, the file, its hash and where to put it.
 * @param address what was asked, a mirror's perhaps
 */
export function notFetched(wanted: Wanted, path: string | null, address: string, failure: DownloadFailed): IchorError {
  const from = withoutPassword(address);
  const mirror = from === withoutPassword(wanted.url) ? '' : ' (ICHOR_WEIGHTS_MIRROR)';
  const reason = reasonOf(failure);
  return new IchorError(
    'weights-not-fetched',
    failure.kind === 'offline'
      ? `Pretrained weights are not in the cache, and ICHOR_OFFLINE is set, so that they are not fetched: ${from}${mirror} (${fileText(wanted)}).`
      : `Pretrained weights were not fetched from ${from}${mirror}: ${reason}.`,
    [wayOut(failure, mirror !== ''), byHand(wanted, path)].filter(Boolean).join(' '),
    1,
    { cause: failure },
  );
}

function wayOut({ kind, status }: DownloadFailed, mirror: boolean): string {
  switch (kind) {
    case 'certificate':
      return 'Where your network has a certificate authority of its own, set NODE_EXTRA_CA_CERTS=FILE.pem to its certificate.';
    case 'proxy':
      return status === 407
        ? 'Set HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT.'
        : 'Look at HTTPS_PROXY, HTTP_PROXY and NO_PROXY.';
    case 'unreachable':
    case 'stalled':
      return 'Behind a proxy set HTTPS_PROXY, with a mirror ICHOR_WEIGHTS_MIRROR.';
    case 'broke-off':
      return 'Run the same command again: it goes on from what has come, if anything did.';
    case 'web-page':
      return 'Log in to the network (a hotel, a hospital) with a browser, or set HTTPS_PROXY.';
    case 'status':
      return mirror && status === 404 ? 'The mirror has no such file: it must have the published path.' : '';
    default:
      return '';
  }
}

/** A file came that is not the one. Nothing of it is left. */
export function otherFile(wanted: Wanted, path: string | null, address: string, failure: DownloadFailed): IchorError {
  return new IchorError(
    'weights-other-file',
    `${withoutPassword(address)} gave another file than the ${wanted.stated === 'published' ? 'published weights' : 'one that the recipe states'}: ${failure.message}. Nothing of it was kept.`,
    wanted.stated === 'published'
      ? `Something on the way changes it (a proxy, an outdated mirror), or it was replaced where it is published. ${byHand(wanted, path)}`
      : `Is the sha256 of the recipe that of this file? Else something on the way changes it (a proxy, an outdated mirror), or it was replaced. ${byHand(wanted, path)}`,
    1,
    { cause: failure },
  );
}

/** A file in the cache that is not what it was, where no other one can be fetched. */
export const changedText = (path: string, found: string, wanted: Pick<Wanted, 'algorithm' | 'hex'>): string =>
  `${path} is not the published file of weights any more and is not used: its ${HASH_NAMES[wanted.algorithm]} is ${found}, not ${wanted.hex}.`;

/** What the system says of the cache, as a message of ours. Anything else is handed back. */
export function cacheProblem(error: unknown, root: string, wanted?: Wanted): unknown {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new IchorError(
      'disk-full',
      `The disk of ${root} filled up while weights were put there${wanted ? ` (${fileText(wanted)})` : ''}; what had come has been removed.`,
      'Free some room, or set ICHOR_CACHE to a folder on another disk.',
      1,
      { cause: error },
    );
  const { syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (syscall !== undefined && UNUSABLE.includes(code ?? ''))
    return new IchorError(
      'cache-unwritable',
      `The cache of weights ${root} cannot be used: ${systemReason(error)}.`,
      'Set ICHOR_CACHE to a folder that can be read and written.',
      1,
      { cause: error },
    );
  return error;
}

export const UNUSABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'EISDIR'];

export const noCache = (): IchorError =>
  new IchorError(
    'cache-unwritable',
    'This user has no home folder, which holds the cache of weights.',
    'Set ICHOR_CACHE to a folder that can be written.',
  );

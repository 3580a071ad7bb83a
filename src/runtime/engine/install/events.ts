/** `index`: the package index that pip is configured for; `pip`: pip itself; `tfjs-node`: its own installer; `folder`: `--from`. */
export type Way = 'index' | 'pip' | 'tfjs-node' | 'folder';

/** What the installation tells while it works. */
export type InstallEvent =
  /** Once a way is tried, before anything is transferred. Bytes are null where they cannot be known beforehand. */
  | {
      type: 'start';
      way: Way;
      /** What is fetched, from where; never with a password. */
      message: string;
      downloadBytes: number | null;
      diskBytes: number | null;
      folder: string;
    }
  | { type: 'progress'; step: 'download' | 'unpack' | 'copy'; done: number; total: number | null }
  /** The libraries are being tried in a process of their own. */
  | { type: 'trying' }
  /** A way did not work; the next one follows. */
  | { type: 'way-failed'; way: Way; reason: string }
  /** Another process installs at this moment. */
  | { type: 'waiting'; message: string }
  /** A lock without a sign of life was taken over. */
  | { type: 'lock-broken'; message: string };

export type InstallEmit = (event: InstallEvent) => void;

/** Why a way does not work, in one line. Not for users on its own: it becomes a part of the result. */
export class WayFailed extends Error {
  override readonly name = 'WayFailed';
}

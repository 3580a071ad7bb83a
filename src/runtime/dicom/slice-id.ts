import { createHash } from 'node:crypto';

/** `1.2.840.113.f12`: the twelfth frame of a file. No UID has letters, so none is taken for another's frame. */
export const frameId = (slice: string, frame: number): string => `${slice}.f${frame}`;

/** Of a file without a SOP instance UID: the same for the same path below the root, and nothing of it can be read back. */
export const pathId = (path: string): string => `file-${digest(path)}`;

/** Of files in one folder without study and series UIDs. */
export const folderId = (path: string): string => `folder-${digest(path.slice(0, path.lastIndexOf('/') + 1))}`;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);

import { join } from 'node:path';
import type { Part } from '../../train/joint-network.ts';

/** Where the artifact of an end-to-end training keeps one of its networks, as an artifact of that network does. */
export const networkFolder = (folder: string, part: Part): string => join(folder, part);

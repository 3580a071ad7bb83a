import { ownVersion } from '../version.ts';
import { research } from './wording.ts';

export async function printVersion(): Promise<void> {
  process.stdout.write(`ichor ${await ownVersion()}\n${research}\n`);
}

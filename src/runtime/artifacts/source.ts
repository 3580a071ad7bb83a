import { join } from 'node:path';
import { writeFile } from '../../files/fs.ts';
import { hasForm, isText, isTruth, listOf, orNull } from '../../files/json.ts';
import { readArtifactJson } from './json.ts';

/** `source.json` of an index artifact: what the source said about itself. */
export interface SourceFacts {
  /** Its pictures were generated: every figure that comes of them says SYNTHETIC. */
  synthetic: boolean;
  identities: 'public' | 'private';
  /** Slice ids in the order of the submission form, those that are there; null where the source has no form. */
  submission: string[] | null;
  /** How that form fares; absent where there is none. */
  form?: SubmissionForm;
}

/** What the submission form asks for, against the slices that are there. */
export interface SubmissionForm {
  /** Slices that it asks for. */
  asked: number;
  /** Of them without a slice here. */
  missing: number;
  /** The first of those. */
  first: string | null;
  /** data.limit cut the set: what is missing need not be missing in the folder. */
  limited: boolean;
}

export async function writeSource(folder: string, facts: SourceFacts): Promise<void> {
  await writeFile(join(folder, 'source.json'), `${JSON.stringify(facts)}\n`);
}

const isSource = hasForm({ synthetic: isTruth, identities: isText, submission: orNull(listOf(isText)) });

export const readSource = (folder: string): Promise<SourceFacts> => readArtifactJson(folder, 'source.json', isSource);

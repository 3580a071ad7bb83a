import type { Subject } from '../subject.ts';

export async function checkSplit(_subject: Subject<'split'>): Promise<void> {}

import type { Subject } from '../subject.ts';

export async function checkSequence(_subject: Subject<'sequence'>): Promise<void> {}

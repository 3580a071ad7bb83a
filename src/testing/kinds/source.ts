import type { Subject } from '../subject.ts';

export async function checkSource(_subject: Subject<'source'>): Promise<void> {}

import type { Subject } from '../subject.ts';

export async function checkBackbone(_subject: Subject<'backbone'>): Promise<void> {}

import type { Subject } from '../subject.ts';

export async function checkLoss(_subject: Subject<'loss'>): Promise<void> {}

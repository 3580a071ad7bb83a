import type { Subject } from '../subject.ts';

export async function checkOptimizer(_subject: Subject<'optimizer'>): Promise<void> {}

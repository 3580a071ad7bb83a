import type { Subject } from '../subject.ts';

export async function checkMetric(_subject: Subject<'metric'>): Promise<void> {}

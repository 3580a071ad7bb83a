import type { Subject } from '../subject.ts';

export async function checkWindow(_subject: Subject<'window'>): Promise<void> {}

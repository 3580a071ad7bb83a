import type { Subject } from '../subject.ts';

export async function checkAugmentation(_subject: Subject<'augmentation'>): Promise<void> {}

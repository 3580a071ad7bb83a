/** Why there can be no Slurm here; null where there can. */
export function whyNoSlurm(): string | null;
/** Starts one in this folder; resolves with what its programs need in their environment. */
export function startSlurm(folder: string): Promise<Record<string, string>>;
/** Ends what was started in this folder. */
export function stopSlurm(folder: string): void;

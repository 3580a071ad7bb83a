/** Raises the counter of a lock file by one. False where the file is no longer the lock with this token. */
export function beat(file: string, token: string): boolean;

import { homedir } from 'node:os';

/** The user's home folder; null where there is none: a user id without an entry among the users, in a container say. */
export function homeFolder(): string | null {
  try {
    return homedir() || null;
  } catch {
    return null;
  }
}

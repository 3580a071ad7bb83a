/** What was thrown, as text: it may be anything, even what has no text or throws again when it is looked at. */
export function thrownText(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error);
  } catch {
    return 'a value without a text';
  }
}

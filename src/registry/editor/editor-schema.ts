/**
 * A schema of draft-07 as an editor reads it. Beside the standard's words `errorMessage`, `enumDescriptions` and
 * `doNotSuggest`, which yaml-language-server and VS Code know; others ignore them.
 */
export type EditorSchema = Readonly<Record<string, unknown>>;

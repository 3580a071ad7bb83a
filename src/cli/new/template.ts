import { readFile } from '../../files/fs.ts';

/** A text of `templates/` with its `{{words}}` filled in. */
export async function template(name: string, words: Readonly<Record<string, string>>): Promise<string> {
  const text = await readFile(new URL(`templates/${name}.template`, import.meta.url), 'utf8');
  return text.replace(/\{\{(\w+)\}\}/g, (_, word: string) => {
    const value = words[word];
    if (value === undefined) throw new TypeError(`the template ${name} asks for ${word}`);
    return value;
  });
}

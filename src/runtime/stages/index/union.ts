/** Sets that grow together: of a name's set the root is its first name in order, whatever was joined first. */
export class Union {
  readonly #parent = new Map<string, string>();

  root(name: string): string {
    let root = name;
    for (let up = this.#parent.get(root); up !== undefined && up !== root; up = this.#parent.get(root)) root = up;
    // The way is kept short: a study of a thousand slices asks as often.
    for (let at = name; at !== root; ) {
      const up = this.#parent.get(at) ?? root;
      this.#parent.set(at, root);
      at = up;
    }
    if (!this.#parent.has(name)) this.#parent.set(name, root);
    return root;
  }

  join(one: string, other: string): void {
    const [a, b] = [this.root(one), this.root(other)].sort() as [string, string];
    if (a !== b) this.#parent.set(b, a);
  }
}

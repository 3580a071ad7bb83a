import { definePlugin } from 'ichor';
import mottle from './mottle.ts';
import sigmoid from './sigmoid.ts';

/** What this package adds to ichor. `name` is the prefix of all its components' names. */
export default definePlugin({ name: 'example', api: 1, components: [sigmoid, mottle] });

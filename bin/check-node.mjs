// Written so that old versions of Node can read it: they are the ones to be told.
import { readFileSync } from 'node:fs';

const wanted = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).engines.node.match(/\d+/g);
const found = process.versions.node.split('.');
const behind = Number(found[0]) - Number(wanted[0]) || Number(found[1]) - Number(wanted[1]);
if (behind < 0) {
  process.stderr.write(
    `ichor needs Node ${wanted.slice(0, 2).join('.')} or newer; this is Node ${process.versions.node}.\n` +
      'Install a newer one (20, 22 and 24 are tested) and run the same command again.\n',
  );
  process.exit(1);
}

import { describe, expect, it } from 'vitest';
import { defineTracker, Type } from '../../../src/index.ts';
import { hidePasswords } from '../../../src/registry/diagnostics/hide-passwords.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { recipeHash } from '../../../src/runtime/runs/recipe-hash.ts';
import { fakes } from '../fake-components.ts';

const tracker = (name: string, argument?: string, speaks = false) =>
  defineTracker({
    name,
    version: 1,
    summary: 'Follows.',
    params: Type.Object({ uri: Type.String({ default: 'here', description: 'Where.' }) }),
    ...(argument === undefined ? {} : { argument }),
    contract: ({ uri }) => (speaks ? { server: uri } : {}),
    send: () => Promise.resolve(null),
  });
const registry = createRegistry([...fakes, tracker('mlflow', 'uri')]);
const RECIPE = `recipe: 1
name: heads
data: { source: { type: rsna, root: data } }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: small-cnn
`;
const resolved = async (more: string, track: readonly string[] = []) => {
  const { recipe, diagnostics } = await resolveText(`${RECIPE}${more}`, { registry, track });
  return { recipe, tracking: recipe?.tracking, errors: diagnostics.filter(({ severity }) => severity === 'error') };
};

describe('who follows a recipe', () => {
  it('is nobody by default, and changes nothing of what it is', async () => {
    const plain = await resolved('');
    expect(plain.tracking).toEqual([]);
    const followed = await resolved('', ['mlflow=http://localhost:5000/a=b']);
    expect(followed.tracking).toEqual([{ type: 'mlflow', identified: false, uri: 'http://localhost:5000/a=b' }]);
    expect(followed.recipe && recipeHash(followed.recipe)).toBe(plain.recipe && recipeHash(plain.recipe));
  });

  it('stands in the recipe, and --track adds to it or changes the one that is there', async () => {
    expect((await resolved('tracking: [tensorboard]\n', ['mlflow'])).tracking).toEqual([
      { type: 'tensorboard', identified: false, folder: 'here' },
      { type: 'mlflow', identified: false, uri: 'here' },
    ]);
    expect((await resolved('tracking: [{ type: mlflow, identified: true }]\n', ['mlflow=there'])).tracking).toEqual([
      { type: 'mlflow', identified: true, uri: 'there' },
    ]);
    expect((await resolved('tracking: [mlflow]\n', ['mlflow', 'tensorboard'])).tracking).toHaveLength(2);
  });

  it('that there is none of is found where it is named, with the name that is meant', async () => {
    expect((await resolved('tracking:\n  - tensorbord\n')).errors).toMatchObject([
      { code: 'unknown-component', line: 8, hint: expect.stringContaining('tensorboard') },
    ]);
    expect((await resolved('', ['mlflow', 'tensorbord'])).errors).toMatchObject([
      { code: 'unknown-component', file: '--track', line: 2, hint: expect.stringContaining('tensorboard') },
    ]);
    expect((await resolved('', ['tensorboard=x'])).errors).toMatchObject([{ code: 'track-value', file: '--track' }]);
    expect((await resolved('tracking: [mlflow, mlflow]\n')).errors).toMatchObject([
      { code: 'tracker-twice', path: 'tracking[1]' },
    ]);
  });
});

describe('the address of a tracker', () => {
  const own = createRegistry([...fakes, tracker('mlflow', 'uri', true)]);
  const errors = async (uri: string) => {
    const { diagnostics } = await resolveText(RECIPE, { registry: own, track: [`mlflow=${uri}`] });
    return diagnostics.filter(({ severity }) => severity === 'error');
  };

  it.each(['http://ada:SECRET@host', 'http://host/?token=SECRET', 'https://host/a#SECRET'])(
    'holds no secret: %s',
    async (uri) => {
      const found = await errors(uri);
      expect(found).toMatchObject([{ code: 'tracker-secret', file: '--track', path: 'tracking[0].uri' }]);
      expect(JSON.stringify(found)).not.toContain('SECRET');
      expect(hidePasswords(`uri: "${uri}", limit: 3`)).toMatch(/^uri: "https?:\/\/[^S]*", limit: 3$/);
    },
  );

  it.each([
    ['http://', /it names no host/],
    ['http://host:port', /port that cannot be/],
    ['ftp://host', /it begins with ftp:\/\/\./],
    ['localhost:5000', /does not begin with http/],
    ['mlruns', /does not begin with http/],
  ])('is one of a server, and %j is not', async (uri, message) => {
    expect(await errors(uri)).toMatchObject([
      { code: 'tracker-address', path: 'tracking[0].uri', message: expect.stringMatching(message) },
    ]);
  });

  it('may have a port and a path', async () => {
    expect(await errors('https://host:5000/ml/flow')).toEqual([]);
  });
});

it('a tracker whose argument is no parameter does not register', () => {
  expect(() => createRegistry([tracker('bell', 'url')])).toThrow(/its argument, "url", is none of its parameters/);
});

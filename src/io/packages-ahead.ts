import { readFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The packages that charts are made of, in CommonJS. That of all kinds of Kubernetes is large, and not every project has it. */
const packages = ['constructs', 'cdk8s', 'cdk8s-plus-28'] as const;

/**
 * Loads the typed constructs of Kubernetes' kinds, if the project in `root` says that it uses them. They are large, and once the loader
 * is there, all that is loaded goes through its thread, and Node reads the source maps of it.
 */
export function loadConstructs(root: string): void {
  const manifest = join(root, 'package.json');
  try {
    if (readFileSync(manifest, 'utf8').includes('"cdk8s-plus-28"')) createRequire(manifest)('cdk8s-plus-28');
  } catch {
    // Whatever is wrong with it is told where a module imports it.
  }
}

/** What a project imports and this program has imported before, so that the loader tells it to nobody: files, absolute. */
export function importedBefore(): readonly string[] {
  return [fileURLToPath(import.meta.resolve('zod'))];
}

/**
 * What runs in the loader's thread: a module in CommonJS that this program has loaded is given with the names that it exports. Node
 * would read its source, and that of all that it is made of, for these names: a fifth of a second for all kinds of Kubernetes.
 */
const hooks = `
let exported;
export function initialize(given) { exported = new Map(given); }
export async function load(url, context, next) {
  const plain = url.replace(/[?#].*$/, '');
  const names = exported.get(plain);
  if (names === undefined) return next(url, context);
  const source = [
    "import { createRequire } from 'node:module';",
    'const exported = createRequire(' + JSON.stringify(plain) + ')(' + JSON.stringify(names.path) + ');',
    'export default exported;',
    'export const { ' + names.names.join(', ') + ' } = exported;',
  ];
  return { format: 'module', shortCircuit: true, source: source.join('\\n') };
}`;

/** Gives what is loaded of the packages of the project in `root` to those that import it. To be called when all other loaders are there. */
export function giveLoadedPackages(root: string): void {
  const from = createRequire(join(root, 'package.json'));
  const given = packages.flatMap((name) => {
    const path = pathOf(from, name);
    const loaded = path === undefined ? undefined : from.cache[path];
    if (path === undefined || loaded?.loaded !== true) return [];
    const names = Object.getOwnPropertyNames(loaded.exports as object).filter(
      (exported) => isName.test(exported) && exported !== 'default',
    );
    return [[pathToFileURL(path).href, { path, names }]] as const;
  });
  if (given.length > 0) register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: given });
}

/** What can be the name of a constant; those of packages are no keywords. */
const isName = /^[A-Za-z_$][\w$]*$/;

function pathOf(from: NodeJS.Require, name: string): string | undefined {
  try {
    return from.resolve(name);
  } catch {
    return undefined;
  }
}

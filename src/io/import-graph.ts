import { register } from 'node:module';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

/** Which modules import which: what the loader has resolved so far. */
export interface ImportGraph {
  /** The modules that the one at the URL `module` imports, in turn too, itself among them: URLs without a query, none of packages. */
  reached(module: string): readonly string[];
}

/**
 * What runs in the loader's own thread, in the place that is told what every import stands for. Imports in packages are not told:
 * they are many, and packages change as a whole.
 */
const hooks = `
let port;
export function initialize(given) { port = given; }
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const from = context.parentURL;
  if (from?.startsWith('file:') && !from.includes('/node_modules/')) port.postMessage([from, found.url]);
  return found;
}`;

/** Follows which modules import which from now on. To be called when all other loaders are there. */
export function followImports(): ImportGraph {
  const { port1: here, port2: port } = new MessageChannel();
  register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: port, transferList: [port] });
  here.unref();
  const imported = new Map<string, Set<string>>();
  const read = (): void => {
    // What was posted before is here, whatever this thread did meanwhile.
    for (let message = receiveMessageOnPort(here); message !== undefined; message = receiveMessageOnPort(here)) {
      const [from = '', to = ''] = (message.message as readonly [string, string]).map(withoutQuery);
      imported.set(from, (imported.get(from) ?? new Set()).add(to));
    }
  };
  return {
    reached(module) {
      read();
      const found = new Set([withoutQuery(module)]);
      for (const each of found) for (const next of imported.get(each) ?? []) if (isOwn(next)) found.add(next);
      return [...found];
    },
  };
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/, '');
}

function isOwn(url: string): boolean {
  return url.startsWith('file:') && !url.includes('/node_modules/');
}

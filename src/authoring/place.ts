import type { Place } from '../model/diagnostic.ts';

/** Where a definition keeps the point in the code that made it. */
export const definedAt: unique symbol = Symbol.for('lockstep.definedAt');

/** A point in the code. V8 turns it into text (with source maps) only when `stack` is read, so that keeping it costs little. */
export interface CodePoint {
  readonly stack?: string;
}

/** The point in the code that called `callee`. */
export function whereCalled(callee: ((...given: never[]) => unknown) | (abstract new (...given: never[]) => unknown)): CodePoint {
  const point: { stack?: string } = {};
  Error.captureStackTrace(point, callee);
  return point;
}

/**
 * The innermost line of the project's own code in `point`, or in the stack of anything that was thrown: not of a package,
 * not of Node. `root` is the project's folder, absolute. The file of the place is relative to it.
 */
export function placeOf(point: unknown, root: string): Pick<Place, 'file' | 'line' | 'column'> {
  const stack = typeof point === 'object' && point !== null && 'stack' in point ? String(point.stack) : '';
  const frames = stack.matchAll(new RegExp(`(file://)?${escaped(`${root}/`)}([^:?()\\n]+)(?:\\?[^:\\n]*)?:(\\d+)(?::(\\d+))?`, 'g'));
  for (const [, isUrl, path = '', line, column] of frames) {
    if (/(^|\/)node_modules\//.test(path)) continue;
    const file = isUrl === undefined ? path : decodeURI(path);
    return { file, line: Number(line), ...(column === undefined ? {} : { column: Number(column) }) };
  }
  return {};
}

/** `text` with the paths in the project told from its root. */
export function fromRoot(text: string, root: string): string {
  return text.replaceAll(`file://${root}/`, '').replaceAll(`${root}/`, '');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

import type { WriteStream } from 'node:tty';

/** Milliseconds between two lines where no terminal is: a log keeps all of them. */
const pause = 10_000;

/** A line at the end of a stream that the next one replaces. */
export interface StatusLine {
  /** Shows a line, or none any more. */
  show(line: string | undefined): void;
}

/**
 * A status line on a terminal; whatever else is written to the stream stands above it. Elsewhere lines are written one below the other,
 * the first after ten seconds and at most one in ten.
 */
export function openStatusLine(stream: Pick<WriteStream, 'columns' | 'isTTY' | 'write'>, now: () => number): StatusLine {
  if (!stream.isTTY) {
    let last = now();
    return {
      show(line) {
        if (line === undefined || now() - last < pause) return;
        last = now();
        stream.write(`${line}\n`);
      },
    };
  }
  const write = stream.write.bind(stream);
  let shown = false;
  const erase = (): void => {
    if (shown) write('\r\u001b[2K');
    shown = false;
  };
  stream.write = ((...args: Parameters<typeof stream.write>) => {
    erase();
    return write(...args);
  }) as typeof stream.write;
  return {
    show(line) {
      erase();
      if (line === undefined) return;
      // A line that wraps could not be erased.
      write(line.slice(0, Math.max(1, (stream.columns || 80) - 1)));
      shown = true;
    },
  };
}

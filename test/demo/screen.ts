/** Where a story is told: standard output, or a test's ear. */
export interface ScreenStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** How much room there is: characters in a line, lines. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A story that grows downwards, and on a terminal a few lines below it that change in place. */
export interface Screen {
  /** Whether lines can change in place: on a terminal. Elsewhere nothing but plain lines is ever written. */
  readonly isLive: boolean;
  readonly size: () => Size;
  /** Writes a line of the story. It stays. */
  line(text: string): void;
  /** Replaces the lines below the story, each cut to the terminal's width. Does nothing without a terminal. */
  below(lines: readonly string[]): void;
}

const esc = '\x1b';

/** Opens a screen on `stream`; `env` says whether its terminal can move the cursor. */
export function openScreen(stream: ScreenStream, env: Readonly<Record<string, string | undefined>>): Screen {
  const isLive = stream.isTTY === true && env['TERM'] !== 'dumb';
  const size = (): Size => ({ columns: stream.columns || 80, rows: stream.rows || 24 });
  let shown: readonly string[] = [];
  // One write for all of it: a terminal that draws in between would flicker.
  const draw = (story: readonly string[], below: readonly string[]): void => {
    const up = shown.length === 0 ? '' : `${esc}[${shown.length}A`;
    const lines = [...story, ...below].map((text) => `${text}${esc}[K\n`);
    stream.write(`\r${up}${lines.join('')}${esc}[J`);
    shown = below;
  };
  return {
    isLive,
    size,
    line: (text) => (isLive ? draw([text], shown) : stream.write(`${text}\n`)),
    below(lines) {
      const fitting = lines.map((text) => cut(text, size().columns - 1));
      if (isLive && fitting.join('\n') !== shown.join('\n')) draw([], fitting);
    },
  };
}

const colourCode = new RegExp(`(${esc}\\[[\\d;]*m)`);

/** The first `columns` characters of `text`. Escape codes for colours take no room, and all of them are kept. */
export function cut(text: string, columns: number): string {
  let room = columns;
  return text
    .split(colourCode)
    .map((part, index) => {
      if (index % 2 === 1) return part;
      const kept = [...part].slice(0, room).join('');
      room -= [...kept].length;
      return kept;
    })
    .join('');
}

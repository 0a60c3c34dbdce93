import { type Paint, painter } from '../../src/cli/paint.ts';
import type { Screen, Size } from './screen.ts';
import type { TreeLine } from './tree.ts';

/** Tells the story: every line with the seconds since the start. */
export interface Teller {
  readonly paint: Paint;
  /** Whether lines can change in place. */
  readonly isLive: boolean;
  /** Since the start. */
  seconds(): number;
  tell(line: string): void;
  /** Begins a chapter. What was heard from the background meanwhile comes before it. */
  chapter(title: string): void;
  /** Shows lines that change in place, below the story. Does nothing without a terminal. */
  show(lines: (size: Size) => readonly TreeLine[]): void;
  /** Makes what is shown a part of the story. */
  keep(): void;
  /** What goes on in the background, if anything: on a terminal it stands below the story; elsewhere it is news. */
  background(text: string | undefined): void;
  /** What happened in the background: waits for the end of the chapter. */
  news(text: string): void;
  /** Tells what goes on in the background as it comes, since `work` is all that there is to wait for. */
  openly<T>(work: Promise<T>): Promise<T>;
  /** Ends what changes in place: the lines shown stay as they are, and the background is told of no more. */
  close(): void;
}

/** How wide the time before each line is. */
const margin = 10;

/** Opens a teller: the story begins now, and `now` tells milliseconds since 1970. */
export function openTeller(screen: Screen, now: () => number, { isColoured }: { readonly isColoured: boolean }): Teller {
  const begun = now();
  const paint = painter(isColoured);
  const heard: string[] = [];
  let isOpen = false;
  let isOver = false;
  let tree: readonly TreeLine[] = [];
  let goesOn: string | undefined;

  const timed = (text: string, at: number | undefined): string => {
    const time = at === undefined ? ' '.repeat(margin - 2) : `${((at - begun) / 1000).toFixed(1).padStart(6)} s`;
    return `${paint.dim(time)}  ${text}`;
  };
  const behind = (text: string): string => paint.dim(`in the background: ${text}`);
  const tell = (text: string): void => screen.line(timed(text, now()));
  const redraw = (): void => {
    if (isOver) return;
    // Its time goes on, too: that is how one sees that something happens.
    const last = goesOn === undefined ? [] : [timed(behind(goesOn), now())];
    screen.below([...tree.map(({ text, at }) => timed(text, at)), ...last]);
  };
  const keep = (): void => {
    const kept = tree;
    tree = [];
    redraw();
    for (const { text, at } of kept) screen.line(timed(text, at));
  };
  const release = (): void => {
    for (const text of heard.splice(0)) tell(behind(text));
  };
  const news = (text: string): void => {
    heard.push(text);
    if (isOpen) release();
  };
  const ticking = screen.isLive ? setInterval(redraw, 1_000).unref() : undefined;

  return {
    paint,
    isLive: screen.isLive,
    seconds: () => (now() - begun) / 1000,
    tell,
    chapter(title) {
      release();
      screen.line('');
      tell(paint.bold(title));
    },
    show(lines) {
      const { columns, rows } = screen.size();
      // Two rows are for what goes on in the background, and for the cursor.
      if (screen.isLive) tree = lines({ columns: columns - margin, rows: rows - 2 });
      redraw();
    },
    keep,
    background(text) {
      goesOn = text;
      redraw();
      if (!screen.isLive && text !== undefined) news(text);
    },
    news,
    async openly(work) {
      isOpen = true;
      release();
      try {
        return await work;
      } finally {
        isOpen = false;
      }
    },
    close() {
      keep();
      clearInterval(ticking);
      isOver = true;
      screen.below([]);
    },
  };
}

/** Where progress is told: standard error, or a test's ear. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** What time is it, and wake me again: replaced in tests. */
export interface Ticker {
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  /** Calls `act` every `ms` milliseconds until the returned function is called. */
  every(ms: number, act: () => void): () => void;
}

/** Tells how long work goes on. */
export interface Progress {
  /** A line of its own. */
  say(text: string): void;
  /** Runs `work` and shows meanwhile what is being made, which of how many, and since when. `detail` replaces the last one. */
  step<T>(step: Step, work: (detail: (text: string) => void) => Promise<T>): Promise<T>;
}

/** A piece of work: `building`, `built`, `etcd`, the second of six. */
export interface Step {
  readonly doing: string;
  readonly done: string;
  readonly what: string;
  readonly position: number;
  readonly total: number;
}

/**
 * Progress for a person at a terminal, as one line that is written over each second; for anything else as plain lines, at
 * each start, each end and every 30 seconds between.
 */
export function progressOn(stream: ProgressStream, ticker: Ticker = realTicker): Progress {
  const isLive = stream.isTTY === true && process.env['TERM'] !== 'dumb';
  const show = (text: string) => stream.write(isLive ? `\r\x1b[K${fitted(text, stream.columns)}` : `${text}\n`);
  const say = (text: string) => stream.write(isLive ? `\r\x1b[K${text}\n` : `${text}\n`);
  return {
    say,
    async step(step, work) {
      const begun = ticker.now();
      let detail = '';
      const tick = () => show(runningLine(step, seconds(ticker, begun), detail));
      if (isLive) tick();
      else show(`${label(step)} ${step.doing} ${step.what}`);
      const stop = ticker.every(isLive ? 1_000 : 30_000, tick);
      try {
        const result = await work((text) => {
          detail = text;
        });
        say(`${label(step)} ${step.done} ${step.what} in ${seconds(ticker, begun)} s`);
        return result;
      } catch (thrown) {
        say(`${label(step)} ${step.what} failed after ${seconds(ticker, begun)} s`);
        throw thrown;
      } finally {
        stop();
      }
    },
  };
}

/** Progress that nobody sees. */
export const noProgress: Progress = { say: () => {}, step: (_, work) => work(() => {}) };

function runningLine(step: Step, elapsed: number, detail: string): string {
  return `${label(step)} ${step.doing} ${step.what}, ${elapsed} s${detail === '' ? '' : `: ${detail}`}`;
}

function label({ position, total }: Step): string {
  return `[${position}/${total}]`;
}

function seconds(ticker: Ticker, begun: number): number {
  return Math.round((ticker.now() - begun) / 1000);
}

/** A line that wraps could not be written over. */
function fitted(text: string, columns = 80): string {
  return text.slice(0, columns - 1);
}

const realTicker: Ticker = {
  now: () => performance.now(),
  every: (ms, act) => {
    const timer = setInterval(act, ms);
    return () => clearInterval(timer);
  },
};

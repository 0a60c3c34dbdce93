/** What one part of a schedule may hold (robfig/cron v3, which CronJobs are read with). */
interface Part {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const parts: readonly Part[] = [
  { name: 'minute', min: 0, max: 59, names: [] },
  { name: 'hour', min: 0, max: 23, names: [] },
  { name: 'day of month', min: 1, max: 31, names: [] },
  { name: 'month', min: 1, max: 12, names: months },
  { name: 'day of week', min: 0, max: 6, names: days },
];

const words = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** A duration as Go reads it: `1h30m`. */
const duration = /^[+-]?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

/** What is wrong with a schedule, as a clause, or undefined. */
export function scheduleProblem(schedule: string): string | undefined {
  if (schedule.includes('TZ')) return 'its time zone stands in `timeZone`, and not in the schedule';
  if (schedule.startsWith('@')) return wordProblem(schedule);
  const given = schedule.split(/\s+/).filter((part) => part !== '');
  if (given.length !== parts.length)
    return `it has ${given.length} parts, and five are needed: minute, hour, day of month, month and day of week`;
  for (const [i, part] of parts.entries()) {
    const problem = partProblem(given[i] ?? '', part);
    if (problem !== undefined) return `the ${part.name} \`${given[i]}\` ${problem}`;
  }
  return undefined;
}

function wordProblem(schedule: string): string | undefined {
  if (words.includes(schedule)) return undefined;
  const every = /^@every (.*)$/s.exec(schedule)?.[1];
  if (every === undefined) return `it is none of \`${words.join('`, `')}\`, \`@every 1h30m\``;
  return duration.test(every) ? undefined : `\`${every}\` is no duration such as \`1h30m\``;
}

/** A part is ranges with commas between them; nothing between two commas is passed over. */
function partProblem(text: string, part: Part): string | undefined {
  for (const range of text.split(',').filter((one) => one !== '')) {
    const problem = rangeProblem(range, part);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function rangeProblem(range: string, { min, max, names }: Part): string | undefined {
  const [span = '', step, ...steps] = range.split('/');
  const [low = '', high, ...more] = span.split('-');
  const isAny = low === '*' || low === '?';
  if (steps.length > 0 || (!isAny && more.length > 0)) return 'is no range';
  if (step !== undefined && (wholeOf(step) ?? 0) === 0) return 'has no step of at least 1 behind `/`';
  if (isAny) return undefined;
  const from = numberOf(low, { min, names });
  const to = high === undefined ? (step === undefined ? from : max) : numberOf(high, { min, names });
  if (from === undefined || to === undefined)
    return names.length === 0 ? 'is no number' : `is neither a number nor one of \`${names.join('`, `')}\``;
  if (from < min || to > max) return `is not between ${min} and ${max}`;
  return from > to ? 'ends before it begins' : undefined;
}

/** The number of a name or of digits. Names are numbered from the smallest value of their part. */
function numberOf(text: string, { min, names }: Pick<Part, 'min' | 'names'>): number | undefined {
  const index = names.indexOf(text.toLowerCase());
  return index < 0 ? wholeOf(text) : index + min;
}

function wholeOf(text: string): number | undefined {
  return /^\+?[0-9]{1,18}$/.test(text) ? Number(text) : undefined;
}

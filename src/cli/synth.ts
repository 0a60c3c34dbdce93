import { counted } from '../model/count.ts';
import type { Paint } from './paint.ts';

/** What synth did with one environment. */
export interface SynthesizedEnvironment {
  readonly name: string;
  /** Objects in the tree. */
  readonly objects: number;
  /** Files, the index among them. */
  readonly written: number;
  readonly removed: number;
  readonly unchanged: number;
}

/** So many environments that are as they were have a line each. */
const fewUnchanged = 5;

/** What synth wrote below the folder `out`, for people: a line per environment, and the next command. */
export function formatSynth(
  {
    environments,
    gone,
    out,
  }: { readonly environments: readonly SynthesizedEnvironment[]; readonly gone: readonly string[]; readonly out: string },
  paint: Paint,
): readonly string[] {
  if (environments.length + gone.length === 0) return ['no environment is in this shard'];
  const isSame = ({ written, removed }: SynthesizedEnvironment): boolean => written + removed === 0;
  const same = environments.filter(isSame);
  const isShort = same.length <= fewUnchanged;
  const lines = environments.flatMap((one) => (isSame(one) && !isShort ? [] : [lineOf(one, out)]));
  if (!isShort) lines.push(`${out}: ${same.length} environments unchanged`);
  const removed = gone.map((name) => `${out}/${name}: removed, there is no such environment any more`);
  const [first] = environments;
  const next = first === undefined ? [] : [`next: ${paint.bold(`lockstep publish ${first.name}`)}`];
  return [...lines, ...removed, ...next];
}

function lineOf({ name, objects, written, removed, unchanged }: SynthesizedEnvironment, out: string): string {
  const files = written + removed === 0 ? 'unchanged' : `${written} written, ${removed} removed, ${unchanged} unchanged`;
  return `${out}/${name}: ${counted(objects, 'object')} (${files})`;
}

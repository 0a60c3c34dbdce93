import type { Action, Command, Operand, Pipeline } from './actions.ts';

/**
 * What a value is for those functions of Masterminds/sprig (date.go) that take any: a time, a whole number of Go's, which stands for one, or
 * something else, for which most of them take the present. Undefined where it cannot be told.
 */
type Kind = 'time' | 'integer' | 'other' | undefined;

/** What functions give. */
const results: Readonly<Record<string, Kind>> = {
  ...kinds('time', ['now', 'toDate', 'mustToDate', 'dateModify', 'date_modify', 'mustDateModify', 'must_date_modify']),
  ...kinds('integer', [
    'int',
    'int64',
    'atoi',
    'toDecimal',
    'add',
    'add1',
    'sub',
    'mul',
    'div',
    'mod',
    'max',
    'min',
    'biggest',
    'len',
    'randInt',
  ]),
  ...kinds('other', [
    'true',
    'false',
    'nil',
    'float64',
    'floor',
    'ceil',
    'round',
    'toString',
    'quote',
    'squote',
    'print',
    'printf',
    'println',
  ]),
  ...kinds('other', ['trim', 'trunc', 'upper', 'lower', 'replace', 'include', 'tpl', 'toYaml', 'toJson', 'unixEpoch', 'duration', 'ago']),
  ...kinds('other', ['date', 'dateInZone', 'date_in_zone', 'htmlDate', 'htmlDateInZone', 'durationRound']),
};

function kinds(kind: Kind, names: readonly string[]): Readonly<Record<string, Kind>> {
  return Object.fromEntries(names.map((name) => [name, kind]));
}

/** Functions that ask the clock for some values, with the place of the value among their arguments, and whether they do for a kind. */
const asking: Readonly<Record<string, readonly [place: number, asks: (kind: Kind) => boolean]>> = {
  date: [1, isNoTime],
  dateInZone: [1, isNoTime],
  date_in_zone: [1, isNoTime],
  htmlDate: [0, isNoTime],
  htmlDateInZone: [0, isNoTime],
  // What is no time is no time ago.
  ago: [0, (kind) => kind !== 'other'],
  // Most take a text, and what cannot be told is nearly always one.
  durationRound: [0, (kind) => kind === 'time'],
};

/** Asked for a text, and for a number of a value, which is one of YAML, these take the present. */
function isNoTime(kind: Kind): boolean {
  return kind !== 'time' && kind !== 'integer';
}

/** The kinds of variables, as far as all that is assigned to one is of one kind. */
export type Variables = ReadonlyMap<string, Kind>;

/** The kinds of the variables of a template. One that is assigned before what it is made of is not told. */
export function variablesIn(actions: readonly Action[]): Variables {
  const found = new Map<string, Kind>();
  for (const { pipeline } of actions) {
    const [name, ...others] = pipeline.variables;
    if (name === undefined) continue;
    const kind = others.length > 0 ? undefined : kindOf(pipeline, found);
    found.set(name, found.has(name) && found.get(name) !== kind ? undefined : kind);
    for (const other of others) found.set(other, undefined);
  }
  return found;
}

/** Whether a call of `name` with these arguments may ask for the time. What comes before it in its pipeline is the last one. */
export function asksClock(name: string, args: () => readonly (Operand | Pipeline)[], variables: Variables): boolean {
  if (name === 'now') return true;
  const [place, asks] = (Object.hasOwn(asking, name) ? asking[name] : undefined) ?? [];
  if (place === undefined || asks === undefined) return false;
  const arg = args()[place];
  return asks(arg === undefined ? undefined : 'type' in arg ? kindOfOperand(arg, variables) : kindOf(arg, variables));
}

/** As many commands of a pipeline as are looked at. */
const maxCommands = 32;

/** What a pipeline gives is what its last command does. */
function kindOf({ commands }: Pipeline, variables: Variables): Kind {
  if (commands.length > maxCommands) return undefined;
  const last = commands.at(-1) ?? [];
  const [first] = last;
  if (first?.type !== 'name') return last.length === 1 && commands.length === 1 && first ? kindOfOperand(first, variables) : undefined;
  if (first.name === 'default') return kindOfDefault(commands, variables);
  return Object.hasOwn(results, first.name) ? results[first.name] : undefined;
}

/** `default a b`, and `b | default a`: one of both. */
function kindOfDefault(commands: readonly Command[], variables: Variables): Kind {
  const [, otherwise, given] = commands.at(-1) ?? [];
  const before = commands.slice(0, -1);
  if (otherwise === undefined) return undefined;
  const kind = given === undefined ? kindOf({ variables: [], commands: before }, variables) : kindOfOperand(given, variables);
  return kind === kindOfOperand(otherwise, variables) ? kind : undefined;
}

function kindOfOperand(operand: Operand, variables: Variables): Kind {
  switch (operand.type) {
    case 'text':
      return 'other';
    case 'number':
      return /^[+-]?(?:0[xXbBoO][\da-fA-F_]+|[\d_]+)$|^'/.test(operand.text) ? 'integer' : 'other';
    case 'path':
      // Values come from YAML, whose numbers are none of Go's whole ones.
      return /^(?:\$\w*)?\.Values\./.test(operand.text) ? 'other' : variables.get(operand.text);
    case 'name':
      return Object.hasOwn(results, operand.name) ? results[operand.name] : undefined;
    case 'group':
      return operand.hasField ? undefined : kindOf(operand.pipeline, variables);
  }
}

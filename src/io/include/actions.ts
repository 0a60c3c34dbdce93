import { type Token, tokensFrom } from './tokens.ts';

/** A value in an action of a template (pkg.go.dev/text/template). */
export type Operand =
  | { readonly type: 'text' }
  /** As it is written. */
  | { readonly type: 'number'; readonly text: string }
  /** A field, a variable, or a field of one: `.`, `.Values.a`, `$x`, `$.Values.a`. */
  | { readonly type: 'path'; readonly text: string }
  /** A function, or `true`, `false`, `nil`. */
  | { readonly type: 'name'; readonly name: string }
  /** What stands in parentheses; where a field follows, that is the value. */
  | { readonly type: 'group'; readonly pipeline: Pipeline; readonly hasField: boolean };

/** A function with its arguments, or a value. */
export type Command = readonly Operand[];

/** Commands, of which each is given what came of the one before. */
export interface Pipeline {
  /** The variables that it is assigned to: two where something is gone through. */
  readonly variables: readonly string[];
  readonly commands: readonly Command[];
}

/** What stands between `{{` and `}}`. */
export interface Action {
  readonly pipeline: Pipeline;
  /** Where it begins. */
  readonly line: number;
}

const comment = /-?\s*\/\*/y;

/** The actions in a template, in their order, without comments. What is no template is read as far as it looks like one, in one go. */
export function actionsIn(text: string): readonly Action[] {
  const actions: Action[] = [];
  let [line, counted] = [1, 0];
  for (let at = text.indexOf('{{'); at >= 0; at = text.indexOf('{{', at)) {
    for (let end = text.indexOf('\n', counted); end >= 0 && end < at; end = text.indexOf('\n', counted))
      [line, counted] = [line + 1, end + 1];
    comment.lastIndex = at + 2;
    if (comment.test(text)) {
      at = text.indexOf('*/', comment.lastIndex);
      if (at < 0) break;
    } else {
      const { tokens, end, isWhole } = tokensFrom(text, at + 2);
      at = end;
      if (isWhole) actions.push({ pipeline: pipelineOf(tokens), line });
    }
  }
  return actions;
}

/** Words that stand before a pipeline, and are no functions. */
const words: ReadonlySet<string> = new Set(['if', 'else', 'with', 'range', 'end', 'define', 'template', 'block', 'break', 'continue']);

/** Those of them that name a template first. */
const naming: ReadonlySet<string> = new Set(['define', 'template', 'block']);

/** As deep as parentheses are told apart. */
const maxDepth = 64;

function pipelineOf(tokens: readonly Token[]): Pipeline {
  const first = tokens.findIndex(({ type, text }) => type !== 'name' || !words.has(text));
  if (first < 0) return { variables: [], commands: [] };
  return read(tokens, { at: naming.has(tokens[first - 1]?.text ?? '') ? first + 1 : first }, 0);
}

/** Reads a pipeline, to the end of its parentheses where it stands in some. */
function read(tokens: readonly Token[], place: { at: number }, depth: number): Pipeline {
  let variables: readonly string[] = [];
  const commands: Operand[][] = [[]];
  for (let one = tokens[place.at++]; one !== undefined; one = tokens[place.at++]) {
    const { type, text } = one;
    const last = commands.at(-1) ?? [];
    if (type === 'text') last.push({ type });
    else if (type === 'number' || type === 'path') last.push({ type, text });
    else if (type === 'name') last.push({ type, name: text });
    else if (text === '(' && depth < maxDepth) last.push(group(tokens, place, depth + 1));
    else if (text === ')' && depth > 0) break;
    else if (text === '|') commands.push([]);
    else if (text.endsWith('=')) variables = last.splice(0).flatMap((operand) => (operand.type === 'path' ? [operand.text] : []));
  }
  return { variables, commands };
}

/** What stands in parentheses that were opened, with a field that follows without a space. */
function group(tokens: readonly Token[], place: { at: number }, depth: number): Operand {
  const pipeline = read(tokens, place, depth);
  const [closing, next] = tokens.slice(place.at - 1, place.at + 1);
  const hasField = next?.type === 'path' && closing !== undefined && next.end - next.text.length === closing.end;
  if (hasField) place.at++;
  return { type: 'group', pipeline, hasField };
}

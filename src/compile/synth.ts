import type { IConstruct } from 'constructs';
import { fromRoot } from '../authoring/place.ts';
import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { messageOf } from '../model/failure.ts';
import { compareText } from '../model/ref.ts';
import { isApiObject, serialize } from './constructs.ts';
import { dependenciesOf } from './dependencies.ts';
import type { Draft } from './draft.ts';
import { withHooks } from './hooks/declared.ts';
import { RenderedNode } from './include/node.ts';
import { readObject } from './object.ts';
import { type RulesOf, rulesIn } from './rules.ts';
import type { Tree } from './tree.ts';

/**
 * Takes the objects of the charts of an environment, sorted by construct. The tree is walked here and not by
 * `App.synth`: every validation runs once, every object is serialized once, every dependency is followed once, and
 * nothing is written.
 */
export function synth(tree: Tree, root: string): Checked<readonly Draft[]> {
  const invalid = tree.constructs.flatMap((construct) => validate(construct, tree, root));
  const { edges, problems } = dependenciesOf(tree.constructs);
  const unclear = problems.map(
    ({ construct, message }): Diagnostic => ({ code: 'dependency-invalid', severity: 'error', message, at: tree.placeOf(construct) }),
  );
  const { value: rulesOf, diagnostics: unruly } = rulesIn(tree);
  const { value: drafts, diagnostics: unwritable } = readDrafts(tree, { edges, rulesOf });
  const sorted = drafts.toSorted((a, b) => compareText(a.construct, b.construct));
  const { value, diagnostics: unhooked } = withHooks(sorted, { tree, isWhole: unwritable.length === 0 });
  return { value, diagnostics: [...invalid, ...unclear, ...unruly, ...unwritable, ...unhooked] };
}

/** What the validations that an author or a library added to a construct have to say (`node.addValidation`). */
function validate(construct: IConstruct, tree: Tree, root: string): readonly Diagnostic[] {
  const problem = (message: string): Diagnostic => ({ code: 'construct-invalid', severity: 'error', message, at: tree.placeOf(construct) });
  try {
    return construct.node.validate().map(problem);
  } catch (thrown) {
    return [problem(`its validation threw: ${fromRoot(messageOf(thrown), root)}`)];
  }
}

function readDrafts(
  tree: Tree,
  { edges, rulesOf }: { readonly edges: ReadonlyMap<string, readonly string[]>; readonly rulesOf: RulesOf },
): Checked<readonly Draft[]> {
  const objects = tree.constructs.filter(isApiObject);
  const diagnostics: Diagnostic[] = [];
  const partsOf = (construct: IConstruct, namespace: string | undefined): Omit<Draft, 'manifest' | 'place'> => {
    const { name, slice, definition } = tree.chartOf(construct);
    const owner = typeof definition === 'function' ? undefined : definition.owner;
    const chart = { name, slice, ...(owner === undefined ? {} : { owner }), ...(namespace === undefined ? {} : { namespace }) };
    const { path } = construct.node;
    return { construct: path, chart, dependsOn: edges.get(path) ?? [], rules: rulesOf(construct) };
  };
  const drafts = serialize(objects).flatMap((serialized): readonly Draft[] => {
    const { object } = serialized;
    const place = () => tree.placeOf(object);
    const read = readObject(serialized, place);
    diagnostics.push(...read.diagnostics);
    if (read.value === undefined) return [];
    return [{ manifest: read.value, ...partsOf(object, object.chart.namespace), place }];
  });
  const rendered = tree.constructs
    .filter((construct) => construct instanceof RenderedNode)
    .map((node): Draft => {
      const { manifest, namespace, hook, place } = node;
      return { manifest, ...partsOf(node, namespace), ...(hook === undefined ? {} : { hook }), place };
    });
  return { value: [...drafts, ...rendered], diagnostics };
}

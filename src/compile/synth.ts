import type { IConstruct } from 'constructs';
import { fromRoot } from '../authoring/place.ts';
import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { messageOf } from '../model/failure.ts';
import { compareText } from '../model/ref.ts';
import { isApiObject, serialize } from './constructs.ts';
import { dependenciesOf } from './dependencies.ts';
import type { Draft } from './draft.ts';
import type { Given } from './given.ts';
import { readObject } from './object.ts';
import type { ResolvedEnvironment } from './resolve.ts';
import { type RulesOf, rulesIn } from './rules.ts';
import { buildTree, type Tree } from './tree.ts';

/**
 * Builds the charts of an environment and takes their objects, sorted by construct. The tree is walked here and not by
 * `App.synth`: every validation runs once, every object is serialized once, every dependency is followed once, and
 * nothing is written.
 */
export function synth(environment: ResolvedEnvironment, given: Given): Checked<readonly Draft[]> {
  const { value: tree, diagnostics: failed } = buildTree(environment, given);
  const invalid = tree.constructs.flatMap((construct) => validate(construct, tree, given.root));
  const { edges, problems } = dependenciesOf(tree.constructs);
  const unclear = problems.map(
    ({ construct, message }): Diagnostic => ({ code: 'dependency-invalid', severity: 'error', message, at: tree.placeOf(construct) }),
  );
  const { value: rulesOf, diagnostics: unruly } = rulesIn(tree);
  const { value: drafts, diagnostics: unwritable } = readDrafts(tree, { edges, rulesOf });
  return {
    value: drafts.toSorted((a, b) => compareText(a.construct, b.construct)),
    diagnostics: [...failed, ...invalid, ...unclear, ...unruly, ...unwritable],
  };
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
  const drafts = serialize(objects).flatMap((serialized): readonly Draft[] => {
    const { object } = serialized;
    const { name, slice, definition } = tree.chartOf(object);
    const place = () => tree.placeOf(object);
    const read = readObject(serialized, place);
    diagnostics.push(...read.diagnostics);
    if (read.value === undefined) return [];
    const construct = object.node.path;
    const owner = typeof definition === 'function' ? undefined : definition.owner;
    const { namespace } = object.chart;
    const chart = { name, slice, ...(owner === undefined ? {} : { owner }), ...(namespace === undefined ? {} : { namespace }) };
    return [{ manifest: read.value, construct, chart, dependsOn: edges.get(construct) ?? [], rules: rulesOf(object), place }];
  });
  return { value: drafts, diagnostics };
}

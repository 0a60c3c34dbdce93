import { type Json, listAt, objectAt, type Path } from '../../../../model/json.ts';
import type { Problem } from '../../../../model/problem.ts';
import { atMostOne, between, duplicate, exactlyOne, filled, required } from '../checks.ts';
import { textOr } from '../ports.ts';
import { all, each, fields, fine, isFilled, type Rule } from '../rule.ts';
import { fileMode, podField, resourceField } from './env.ts';
import { ownPathBelow } from './paths.ts';

const path: Rule = all(filled, ownPathBelow);

/** A key of a ConfigMap or a Secret that becomes a file (core validation, validateKeyToPath). */
export const keyToFile: Rule = fields({ key: filled, path, mode: fileMode });

/** What a file can tell of the pod (core validation, validVolumeDownwardAPIFieldPathExpressions). */
const fileFields = ['metadata.name', 'metadata.namespace', 'metadata.labels', 'metadata.annotations', 'metadata.uid'];

/** A file that tells something of the pod (core validation, validateDownwardAPIVolumeFile). */
export const downwardFile: Rule = all(
  exactlyOne('fieldRef', 'resourceFieldRef'),
  fields({
    path,
    fieldRef: podField(fileFields),
    resourceFieldRef: all(required('containerName'), resourceField),
    mode: fileMode,
  }),
);

/** The seconds that a token may be good for: ten minutes at least (core validation, validateProjectionSources). */
const lifetime: Rule = between(600, 2 ** 32);

/** Sources that every cluster has. Those behind a feature that is off are left out by the server without a word. */
const always = ['secret', 'configMap', 'downwardAPI', 'serviceAccountToken'];

const source: Rule = all(
  atMostOne(...always),
  fields({
    secret: all(required('name'), fields({ items: each(keyToFile) })),
    configMap: all(required('name'), fields({ items: each(keyToFile) })),
    downwardAPI: fields({ items: each(downwardFile) }),
    serviceAccountToken: fields({ expirationSeconds: lifetime, path }),
  }),
);

/** The files that the sources make by name: each of them can be there once. */
const distinctFiles: Rule = (value, at) => listAt(value).flatMap(filesOf(at));

function filesOf(at: Path): (entry: Json, i: number) => readonly Problem[] {
  const seen = new Set<string>();
  return (entry, i) =>
    always.flatMap((kind) =>
      listAt(entry, kind, 'items').flatMap((item, j) => {
        const name = textOr(objectAt(item)['path'], '');
        const isSecond = seen.has(name);
        if (isFilled(name)) seen.add(name);
        return isSecond ? [duplicate([...at, i, kind, 'items', j, 'path'], name, 'files')] : fine;
      }),
    );
}

/** The sources that are projected into one volume (core validation, validateProjectionSources). */
export const projection: Rule = all(each(source), distinctFiles);

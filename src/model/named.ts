import { formatGroupKind, type ObjectRef } from './ref.ts';

/** All that people call an object by: `Deployment/shop/web`, `Deployment.apps/shop/web`, and the same without the namespace. */
function namesOf(ref: ObjectRef): readonly string[] {
  return [ref.kind, formatGroupKind(ref)].flatMap((kind) => [`${kind}/${ref.namespace}/${ref.name}`, `${kind}/${ref.name}`]);
}

/** Whether `text` means the object: case does not count. */
export function isNamed(ref: ObjectRef, text: string): boolean {
  const wanted = text.toLowerCase();
  return namesOf(ref).some((name) => name.toLowerCase() === wanted);
}

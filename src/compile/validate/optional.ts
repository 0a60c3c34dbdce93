/**
 * Fields that the OpenAPI of Kubernetes' own kinds calls required and the API server does not: its code takes their absence
 * for the zero value. By the name of the definition without its package, and the field; each was seen on a server.
 */
const optionalInCode: ReadonlySet<string> = new Set([]);

/** Whether an object may lack `field` of `definition` although its schema says otherwise. */
export function isOptionalInCode(definition: string | undefined, field: string): boolean {
  return definition !== undefined && optionalInCode.has(`${definition.split('.').slice(-3).join('.')}.${field}`);
}

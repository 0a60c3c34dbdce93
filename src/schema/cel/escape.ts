const reserved: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

const escapes: Readonly<Record<string, string>> = { __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' };

/** Whether an expression cannot have a variable of that name. */
export function isReserved(name: string): boolean {
  return reserved.has(name);
}

/**
 * The name that an expression has for a field (apiserver/pkg/cel/escaping.go), or undefined when it cannot name it: `x-y` is
 * `x__dash__y`, and `namespace` is `__namespace__`.
 */
export function escapedName(field: string): string | undefined {
  if (reserved.has(field)) return `__${field}__`;
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(field)) return undefined;
  return field.replace(/__|[-./]/g, (part) => escapes[part] ?? part);
}

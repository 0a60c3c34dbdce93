/** What a text may be, as the API server checks it in code (apimachinery: util/validation and api/validate/content). */
export interface TextFormat {
  readonly test: RegExp;
  /** The most characters that it may have. */
  readonly max?: number;
  /** What `test` asks for, after `it`: `may hold lower-case letters`. */
  readonly what: string;
}

/** A DNS label of RFC 1123: the name of a container, of a volume, of a namespace. */
export const dnsLabel: TextFormat = {
  test: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
  max: 63,
  what: 'may hold lower-case letters, digits and `-`, with a letter or a digit at both ends',
};

/** A DNS label of RFC 1035: as one of RFC 1123, but it begins with a letter. */
export const dnsLabel1035: TextFormat = {
  test: /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/,
  max: 63,
  what: 'may hold lower-case letters, digits and `-`, with a letter first and a letter or a digit last',
};

/** A DNS subdomain of RFC 1123: the name of most objects. */
export const dnsSubdomain: TextFormat = {
  test: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
  max: 253,
  what: 'may hold lower-case letters, digits, `-` and `.`, with a letter or a digit at both ends',
};

/** A DNS subdomain whose labels may hold, and begin with, an underscore. */
export const dnsSubdomainWithUnderscore: TextFormat = {
  test: /^_?[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?(?:\._?[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?)*$/,
  max: 253,
  what: 'may hold lower-case letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends',
};

/** A name that must only survive as one part of a URL's path: those of RBAC's kinds. */
export const pathSegment: TextFormat = {
  test: /^(?!\.{1,2}$)[^/%]+$/,
  what: 'may hold anything but `/` and `%`, and may not be `.` or `..`',
};

/** The key of a label or an annotation: a name, after the domain of whoever gives it a meaning. */
export const qualifiedName: TextFormat = {
  test: /^(?:(?=[^/]{1,253}\/)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\/)?(?=[^/]{1,63}$)[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$/,
  what: 'is a name of at most 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends, after `/` and a lower-case domain if there is one',
};

/** The value of a label. It may be empty. */
export const labelValue: TextFormat = {
  test: /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)?$/,
  max: 63,
  what: 'may hold letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends',
};

/** The name of an environment variable, as Kubernetes takes it since 1.32 (RelaxedEnvironmentVariableValidation). */
export const envVarName: TextFormat = {
  test: /^[\x20-\x3c\x3e-\x7e]+$/,
  what: 'may hold printable ASCII characters but `=`, and may not be empty',
};

/** A key of a ConfigMap or a Secret. */
export const configMapKey: TextFormat = {
  test: /^(?!\.$|\.\.)[A-Za-z0-9._-]+$/,
  max: 253,
  what: 'may hold letters, digits, `-`, `_` and `.`, and may not be `.` or begin with `..`',
};

/** The name of a port (RFC 6335). */
export const portName: TextFormat = {
  test: /^(?=[0-9-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/,
  max: 15,
  what: 'may hold lower-case letters, at least one, digits, and single `-` between them',
};

/** A share of something: `25%`. */
export const percent: TextFormat = { test: /^[0-9]+%$/, what: 'is digits before a `%`' };

/** The name of an HTTP header. */
export const headerName: TextFormat = { test: /^[A-Za-z0-9-]+$/, what: 'may hold letters, digits and `-`' };

/** A path below a folder that is given elsewhere. */
export const relativePath: TextFormat = {
  test: /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))/s,
  what: 'may not begin with `/`, or have a part `..`',
};

/** What keeps `text` from being of `format`, as a clause, or undefined. */
export function formatProblem(text: string, { test, max, what }: TextFormat): string | undefined {
  if (max !== undefined && text.length > max) return `it has ${text.length} characters, and ${max} are allowed`;
  return test.test(text) ? undefined : `it ${what}`;
}

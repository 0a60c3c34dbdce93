// Made by `lockstep import` of Kubernetes 1.35: not to be edited.

export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

export interface LabelSelector {
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
  readonly matchLabels?: { readonly [key: string]: string };
}

export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

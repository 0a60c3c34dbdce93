import type { JsonObject } from '../../../model/json.ts';
import { dnsSubdomain, pathSegment } from '../../../schema/formats.ts';
import { filled, forbidden, formattedIfAny, invalid, missing, named, oneOf } from './checks.ts';
import { all, each, fields, fine, isFilled, object, type Rule, when } from './rule.ts';
import { labelSelector } from './selectors.ts';

const group = 'rbac.authorization.k8s.io';

const ofResources = ['apiGroups', 'resources', 'resourceNames'];

/** What a rule allows: verbs on resources, or on URLs that are none. */
function policyRule(isNamespaced: boolean): Rule {
  return all(
    fields({ verbs: filled }),
    object((value, path) => {
      if (!isFilled(value['nonResourceURLs']))
        return ['apiGroups', 'resources'].filter((key) => !isFilled(value[key])).map((key) => missing([...path, key]));
      const beside = ofResources.find((key) => isFilled(value[key]));
      const here = [...path, 'nonResourceURLs'];
      if (isNamespaced) return [forbidden(here, 'a Role allows nothing outside of its namespace')];
      return beside === undefined ? fine : [forbidden(here, `\`${beside}\` is, too: a rule is about resources or about URLs`)];
    }),
  );
}

/** A Role (rbac validation, ValidateRole). */
export const role: Rule = fields({ rules: each(policyRule(true)) });

/** A ClusterRole (rbac validation, ValidateClusterRole). */
export const clusterRole: Rule = fields({
  rules: each(policyRule(false)),
  aggregationRule: all(
    object((value, path) => (isFilled(value['clusterRoleSelectors']) ? fine : [missing([...path, 'clusterRoleSelectors'])])),
    fields({ clusterRoleSelectors: each(labelSelector) }),
  ),
});

const account: Rule = fields({
  name: formattedIfAny(dnsSubdomain),
  apiGroup: (value, path) => (isFilled(value) ? [invalid(path, value, 'a ServiceAccount is of the core group, which has no name')] : fine),
});

const person: Rule = fields({ apiGroup: (value, path) => (isFilled(value) ? oneOf(group)(value, path) : fine) });

const isAccount = ({ kind }: JsonObject): boolean => kind === 'ServiceAccount';

const subject: Rule = all(
  fields({ kind: oneOf('ServiceAccount', 'User', 'Group'), name: filled }),
  when(isAccount, account),
  when((value) => !isAccount(value), person),
);

const namespaceOfAccount: Rule = when(
  isAccount,
  object((value, path) => (isFilled(value['namespace']) ? fine : [missing([...path, 'namespace'], 'a ClusterRoleBinding stands in none')])),
);

function roleRef(...kinds: readonly string[]): Rule {
  return fields({
    apiGroup: (value, path) => (isFilled(value) ? oneOf(group)(value, path) : fine),
    kind: oneOf(...kinds),
    name: named(pathSegment),
  });
}

/** A RoleBinding (rbac validation, ValidateRoleBinding). */
export const roleBinding: Rule = fields({ roleRef: roleRef('Role', 'ClusterRole'), subjects: each(subject) });

/** A ClusterRoleBinding (rbac validation, ValidateClusterRoleBinding). */
export const clusterRoleBinding: Rule = fields({ roleRef: roleRef('ClusterRole'), subjects: each(all(subject, namespaceOfAccount)) });

import type { Explanations } from './explanation.ts';

/** What environments and bases say: options, ancestors, charts, values, and exceptions from policies. */
export const definitions = {
  'option-unknown': {
    meaning: 'A definition has an option that does not exist.',
    reason: 'What it is meant to do would silently not be done.',
    remedy: 'Correct its name, or remove it. The types say the same in the editor.',
  },
  'cluster-missing': {
    meaning: 'An environment does not say which cluster it is for.',
    reason: 'Objects that go from one environment to another are only found among environments of the same cluster.',
    remedy: 'Give it the name that you have for the cluster; any text will do.',
    example: "defineEnvironment({ name: 'prod', cluster: 'eu-1', … })",
  },
  'kubernetes-missing': {
    meaning: 'Neither the environment nor any of its bases says which Kubernetes version the cluster has.',
    reason: 'Kinds and fields come and go with versions: without one nobody can say what the API server would take.',
    remedy: 'Give the minor in the environment or in a base.',
    example: "defineBase({ kubernetes: '1.35', … })",
  },
  'kubernetes-unknown': {
    meaning: 'The given Kubernetes version is none that environments can be checked against.',
    reason: 'Its kinds and fields are not known here, so nothing could be checked.',
    remedy: 'Give one of the minors in the message, without a patch level.',
    example: "kubernetes: '1.35'",
  },
  'on-failure-unknown': {
    meaning: '`onFailure` has a value that it does not take.',
    reason: 'It decides whether the agent goes back when the rollout of a commit fails: a typo must not leave production at what failed.',
    remedy: "Correct it, or leave it out: then the cluster stays at the commit (`'stay'`).",
    example: "onFailure: 'return'",
  },
  'preflight-unknown': {
    meaning: '`preflight` has a value that it does not take.',
    reason: 'It decides what the agent asks the API server before it takes a commit: a typo must not ask less.',
    remedy: "Give `'all'`, `'updates'` or `'none'`, or leave it out for `'all'`.",
  },
  'owners-unused': {
    meaning: 'An environment names owners of a slice that none of its objects belongs to.',
    reason: 'With a typo in it, nobody is asked to review what they own, and nobody would notice.',
    remedy:
      'Correct the name: a slice is called as the `slice` or the `owner` of a chart says. What several environments need may stand in a base.',
    example: "rendered: { owners: { payments: '@acme/payments' } }",
  },
  'rendered-invalid': {
    meaning: '`rendered` says something that it cannot: of the remote, of the forge, of who reviews a slice, or of who signs.',
    reason: 'Rendered branches would be written elsewhere, or nobody would be asked to review them.',
    remedy: 'Correct what the message names. Credentials never belong there: git has a store for them, and jobs have tokens.',
    example: "rendered: { remote: 'https://git.example.com/shop/rendered.git', forge: 'gitea' }",
  },
  'signers-invalid': {
    meaning: 'The file that `rendered.signedBy` names cannot be read, names nobody, or has a line that lets nobody sign.',
    reason: 'Whoever is not named there cannot publish: `lockstep verify` and `lockstep merge` would refuse it.',
    remedy:
      'Give each key a line of its own, behind whose it is. Certificates (`cert-authority`) are not supported by agents: name the keys themselves.',
    example: "rendered: { signedBy: 'signers' }",
  },
  'source-has-credentials': {
    meaning: 'The URL in `source` holds a user name, a token or a password.',
    reason: 'Every rendered commit tells the URL: whoever may read the branch could read the credentials.',
    remedy: 'Remove what stands before the `@`, and take the credentials out of use if they were published.',
    example: "source: 'https://git.example.com/shop.git'",
  },
  'extends-undefined': {
    meaning: '`extends` is undefined when the definition is made.',
    reason: 'The module of the base had not run yet, since modules import each other in a circle: everything inherited would be missing.',
    remedy: 'Move what both modules need into a third one.',
  },
  'extends-invalid': {
    meaning: '`extends` is something that `defineBase` did not return.',
    reason: 'What is inherited is merged by what `defineBase` knows of it.',
    remedy: 'Give it what `defineBase` returned. An environment cannot be extended: move what is shared into a base.',
  },
  'chart-invalid': {
    meaning: 'An entry of `charts` is neither what `defineChart` returned nor a function.',
    reason: 'There is nothing in it that could be built.',
    remedy: 'Define the chart with `defineChart`, and name it in `charts`.',
    example: "const web = defineChart({ namespace: 'shop', values: z.object({}), build(chart, { values }) { … } });",
  },
  'chart-name': {
    meaning: 'The name of a chart in the environment cannot be one.',
    reason: 'Its folder in the rendered tree and the names of its objects are made of it.',
    remedy: 'Use letters, digits, `-` and `_`, at most 63 of them, with a letter or a digit at both ends.',
  },
  'chart-redefined': {
    meaning: 'A definition gives a chart the name that another chart has in one of its ancestors.',
    reason: 'The values that the ancestors give are meant for the other chart.',
    remedy: 'Give the new chart a name of its own.',
  },
  'chart-after': {
    meaning: 'A chart comes `after` something that the environment does not have among its charts.',
    reason: 'The order cannot be kept: nobody would ever make what the chart waits for.',
    remedy: 'Add the other chart to `charts`, or take it out of `after`.',
  },
  'slice-invalid': {
    meaning: 'The `slice` of a chart, or its `owner` in place of one, cannot be the name of a slice.',
    reason: 'The name stands in the index, in status and in events, where its parts are told apart by `/`.',
    remedy: 'Use letters, digits and `-_./@`, each part with a letter or a digit at both ends, at most 63 characters.',
    example: "defineChart({ owner: '@shop/payments team', slice: 'payments', … })",
  },
  'value-unknown': {
    meaning:
      'Values are given that no chart of the environment takes: for a chart that there is not, or under a key that its schema does not have.',
    reason: 'They would be dropped without a word, and what they were meant to change would stay as it is.',
    remedy: 'Correct the name (the message proposes one), or add the key to the schema of the chart.',
  },
  'value-invalid': {
    meaning: 'A value is not what the schema of its chart asks for.',
    reason: 'The chart is built only from values that its author said it can be built from.',
    remedy: 'Correct the value where the place points. Values are merged from the farthest base to the environment; the last one counts.',
  },
  'value-missing': {
    meaning: 'The schema of a chart asks for a value that neither the environment nor any of its bases gives.',
    reason: 'The chart cannot be built without it.',
    remedy: 'Give it under `values` in the environment or in a base, or give the schema a default.',
    example: 'z.object({ replicas: z.number().default(2) })',
  },
  'schema-failed': {
    meaning: 'The schema of a chart threw, or it wants to wait for something.',
    reason: 'Compiling is synchronous and gives the same each time: a schema may only look at its input.',
    remedy: 'Keep refinements and transforms from waiting and from throwing; let them report an issue in place of it.',
  },
  'policy-invalid': {
    meaning: 'An entry of `policies` is neither a policy nor a change of one.',
    reason: 'The rule that was meant would not be asked.',
    remedy:
      'Give what `definePolicy` returned, or change one that is inherited: `{ off, until }` switches it off, `{ severity }` makes it stricter or weaker, `{ except }` leaves objects or rules out.',
  },
  'policy-redefined': {
    meaning: 'A definition gives a policy the name that another policy has in one of its ancestors.',
    reason: 'It would silently take the place of a rule that somebody else relies on.',
    remedy: 'Give it a name of its own, or switch the other one off with a reason and a date.',
    example: "policies: { 'no-latest': { off: 'the vendor ships no tags yet (SHOP-812)', until: '2027-01-31' } }",
  },
  'policy-unknown': {
    meaning: 'A policy is changed or switched off that no ancestor has.',
    reason: 'The exception has no effect: a typo would leave the meant policy on, and the exception for ever.',
    remedy: 'Correct the name (the message proposes one), or remove the exception.',
  },
  'exception-reason': {
    meaning: 'A policy is switched off, made a warning or given an exception without a reason.',
    reason: 'Who reads it later has to know why the rule did not count, and whether that still holds.',
    remedy: 'Say why, best with a ticket.',
    example: "'run-as-non-root': { off: 'legacy image, rebuilt with OPS-77', until: '2027-01-31' }",
  },
  'sync-window-invalid': {
    meaning: 'What `syncWindows` says is no time in which commits are taken, or are not.',
    reason: 'The agent would take commits when nobody expects it, or never.',
    remedy:
      'Give two times of day, with the days of the week where not all are meant, or two days, and the time zone by whose clocks they count. A window that denies goes before those that allow.',
    example: "syncWindows: { deny: [{ from: '2027-12-23', to: '2028-01-02', timeZone: 'Europe/Berlin', reason: 'holidays' }] }",
  },
  'exception-date': {
    meaning: 'The last day of an exception from a policy is missing, or no day that there is.',
    reason: 'An exception ends by itself: without a day it would last for ever.',
    remedy: 'Give the last day on which the policy does not apply, as `2027-01-31`.',
  },
  'exception-invalid': {
    meaning: 'An entry of `except` names no object and no rule, or one that there cannot be.',
    reason: 'It would leave nothing out, or something else than was meant.',
    remedy:
      "Name kind, namespace and name of an object, or a rule of the policy, or both. A kind that is not Kubernetes' own needs its group.",
    example:
      "policies: {\n  restricted: {\n    except: [{ object: { kind: 'DaemonSet', namespace: 'infra', name: 'agent' }, rule: 'volume-types', reason: 'reads logs of the node (OPS-12)', until: '2027-01-31' }],\n  },\n}",
  },
  'exception-in-force': {
    meaning:
      'A policy is weaker here than where it was defined: switched off, only a warning, or with an exception that leaves findings out.',
    reason: 'What nobody is reminded of stays for ever. Who reads the output sees what is not kept, why, and until when.',
    remedy: 'Nothing today. Before the last day, change what the policy finds, and remove the exception.',
  },
  'exception-unused': {
    meaning: 'An exception from a policy leaves nothing out: its object is gone, or nothing is wrong with it any more.',
    reason: "The next object of that name would be excepted by nobody's decision.",
    remedy: 'Remove it. One of a base is not told of where the object is missing, since another environment may have it.',
  },
  'exception-expired': {
    meaning: 'The last day of an exception from a policy is over: the policy applies again.',
    reason: 'What it found before is an error again, and the exception says something that is no longer true.',
    remedy: 'Remove the exception, or give it a new date and a reason for that.',
  },
} as const satisfies Explanations;

import type { Explanations } from './explanation.ts';

/** Expressions that tell how the objects of a kind do. */
export const health = {
  'health-invalid': {
    meaning: 'An entry of `health` does not say of which kind which expressions tell how its objects do.',
    reason: 'The agent would judge the kind by what is built in, or could not tell how its objects do.',
    remedy:
      'Name the kind, its group where it is none of Kubernetes, and the expression `current`; `failed`, `inProgress` and `message` may be left out. A Secret has no such entry: a status could show what is in it.',
    example: "health: [{ group: 'example.com', kind: 'Database', current: \"status.phase == 'Running'\", message: 'status.message' }]",
  },
  'health-expression': {
    meaning: 'An expression in `health` cannot be evaluated, or names a field that the kind does not have.',
    reason: 'The agent could never tell how the objects do: what depends on them would wait for ever.',
    remedy:
      'Write it in CEL, with the libraries that Kubernetes has. It sees the object as `self`, and its parts as `metadata`, `spec`, `status` and `data`. All but `message`, which is a text, are true or false. A field that is not there yet makes them false.',
    example: "current: \"status.conditions.exists(c, c.type == 'Available' && c.status == 'True')\"",
  },
  'health-conflict': {
    meaning: 'Two entries of `health` say something else of one kind: two charts do, or one list names the kind twice.',
    reason: 'An agent judges all objects of a kind alike, and nothing says which of the entries is meant.',
    remedy: 'Keep one of them, or give the environment, or one of its bases, an entry of its own: that has the last word.',
    example: "health: [{ group: 'example.com', kind: 'Database', current: \"status.phase == 'Running'\" }]",
  },
  'health-unused': {
    meaning: 'An entry of `health` in an environment is of a kind that none of its objects has.',
    reason: 'With a typo in it, the kind that is meant is judged by what is built in, and nobody would notice.',
    remedy: 'Correct the kind or its group, or remove the entry. What several environments need may stand in a base, or in the chart.',
    example: "health: [{ group: 'example.com', kind: 'Database', current: \"status.phase == 'Running'\" }]",
  },
} as const satisfies Explanations;

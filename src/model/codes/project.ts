import type { Explanations } from './explanation.ts';

/** Finding and loading the environments of a project. */
export const project = {
  'project-not-module': {
    meaning: 'The folder has no `package.json`, or its `package.json` does not say that the project is an ES module.',
    reason: 'Without it modules are taken for CommonJS: imports of packages go wrong in ways that explain nothing.',
    remedy: 'Write `"type": "module"` into the `package.json` beside `environments/`, or run the command in the folder of the project.',
    example: '{ "name": "shop", "type": "module" }',
  },
  'check-difference': {
    meaning: '`--check` found that something is due: a pin that would be another one, or a promotion.',
    reason:
      'Forms of output that hold nothing but what was found (SARIF, JUnit, annotations of GitHub) tell by it why the command ends with exit code 1.',
    remedy: 'If the difference is meant, run the command that the message names, and commit what it writes.',
    example: 'lockstep pin --check --output junit',
  },
  'no-environments': {
    meaning: 'No module in `environments/` has an environment as its default export.',
    reason: 'Environments are found by that alone: without one there is nothing to compile.',
    remedy: 'Write `environments/<name>.ts` and export what `defineEnvironment` returns by default.',
    example: "export default defineEnvironment({ name: 'dev', cluster: 'dev', extends: base, values: { … } });",
  },
  'module-failed': {
    meaning: 'A module could not be loaded: it does not parse, an import leads nowhere, or its code threw while it ran.',
    reason: 'What the module defines is not known, so nothing that is made of it can be judged.',
    remedy: 'Look at the place beside the message. When a package is missing, install it; when the code threw, the message is its own.',
  },
  'variable-undeclared': {
    meaning: 'The code of the project reads a variable of the process, and no `input` declares it.',
    reason: 'Nobody sees what the rendered environment depends on, and on another machine it may come out otherwise.',
    remedy: 'Read it by `input`, with the schema of what it may be. Better still, make it a value of the environment: that is reviewed.',
    example: "const region = input('REGION', z.enum(['eu', 'us']));",
  },
  'not-reproducible': {
    meaning:
      'The code of the project asks for what is another thing the next time: the time, chance, the machine, the folder or the process that it runs in, or a file that it writes.',
    reason: 'The same commit has to give the same bytes, on any machine and in years; and what asks for such things is compiled each time.',
    remedy:
      'Give it as a value of the environment. What a name needs to be unique can be made of what it stands for; a file of the project is read by a relative path. Packages may ask where they are and who they run as: that counts only where the code of the project asks itself.',
    example: "values: { web: { release: '2026-11-29' } }",
  },
  'rendered-otherwise': {
    meaning:
      'An environment came out otherwise when it was rendered a second time, under another locale and time zone, and in another order.',
    reason: 'The same commit has to give the same bytes on any machine: who renders it elsewhere would propose a change that nobody made.',
    remedy: 'Name locale and time zone where they matter, compare texts by code unit, and let no chart leave anything for another one.',
    example: 'names.sort(); // not: names.sort((a, b) => a.localeCompare(b))',
  },
  'environment-duplicate': {
    meaning: 'Two environments of the project have the same name.',
    reason: 'The name is the branch that is rendered and the owner of objects in the cluster: two would overwrite each other.',
    remedy: 'Give one of them another name.',
  },
  'environment-name': {
    meaning: 'The name of an environment cannot be one: it has to be a DNS label of at most 50 characters.',
    reason: 'The name becomes part of branches, of field managers, and of the names of objects in the cluster, which take no others.',
    remedy: 'Use lower-case letters, digits and `-`, with a letter or a digit at both ends.',
    example: "defineEnvironment({ name: 'prod-eu', … })",
  },
  'environment-not-default': {
    meaning: 'An environment is exported under a name, but it is not (part of) the default export of its module.',
    reason: 'Only default exports are rendered: it would be left out, and nobody would notice.',
    remedy: 'Export it by default, or export an array of all environments of the module by default.',
    example: 'export default [eu, us];',
  },
  'environment-unknown': {
    meaning: 'The command names an environment that no module of the project defines.',
    reason: 'A typo would otherwise be a command that did nothing and succeeded.',
    remedy: 'Take one of the names that the message lists, or define the environment.',
  },
  'export-invalid': {
    meaning: 'The default export of a module in `environments/` looks like an environment, and `defineEnvironment` did not make it.',
    reason: 'Only `defineEnvironment` checks in the editor what an environment still owes.',
    remedy: 'Make it with `defineEnvironment` (or `defineFleet`), and export what that returns.',
  },
  'inheritance-cycle': {
    meaning: 'Modules import each other in a circle, or bases extend each other in one.',
    reason: 'One of them has to run before the other has defined anything: what it reads of it is undefined.',
    remedy: 'Move what both need into a module of its own, which imports neither.',
  },
  'folder-foreign': {
    meaning: 'The folder that an environment would be written to holds files, and it was not written by `lockstep synth`.',
    reason: 'The folder is made equal to the rendered tree: everything else in it would be deleted.',
    remedy: 'Remove the folder, or choose another one.',
    example: 'lockstep synth --out build/rendered',
  },
  'compiler-died': {
    meaning: 'The process that compiles the environments while they are watched ended without a result.',
    reason: 'What a module does to its process, it does to that one alone; but nothing is known of the environments.',
    remedy:
      'Look at what it said before it ended. A module may have ended it, or memory may have run out. The next change starts a new one.',
  },
} as const satisfies Explanations;

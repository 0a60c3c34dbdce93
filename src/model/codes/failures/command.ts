import type { Explanations } from '../explanation.ts';

/** How a command was called, and the files that it reads and writes. */
export const command = {
  'agent-options-unfit': {
    meaning: 'Options of `lockstep agent` contradict each other, or one needs another one.',
    reason: 'An agent is told of one environment by options, or of many by the objects `Environment` of a cluster.',
    remedy: 'Give `--environment` and `--source`, or neither.',
    example: 'lockstep agent --environment prod --source https://git.example.com/shop.git',
  },
  'check-mixed': {
    meaning: 'One command is asked to check environments and files of manifests.',
    reason: 'They are judged by different rules, and the result would not say which.',
    remedy: 'Use two commands. What has a slash or ends with `.yaml`, `.yml` or `.json` is a file; everything else is an environment.',
    example: 'lockstep check prod\nlockstep check rendered/',
  },
  'check-unwatchable': {
    meaning: 'Files of manifests are to be watched, or what is watched is to be told in a format that ends with a report.',
    reason: 'Only environments know what they are made of, and a report has no end while it is watched.',
    remedy: 'Leave out `--watch`, or watch environments with the output `text` or `json`.',
    example: 'lockstep check --watch',
  },
  'check-with-files': {
    meaning: 'Files were named together with `--shard` or `--reproducible`.',
    reason: 'A shard is a part of the environments of a project, and only they are rendered: files are there as they are.',
    remedy: 'Leave the option out. Jobs that share the work are given files of their own.',
    example: 'lockstep check ./manifests',
  },
  'check-without-files': {
    meaning: 'An option that says by what files are judged is given, and no file.',
    reason: 'It would have no effect: an environment says itself by which version and policies it is judged, and has all that it names.',
    remedy: 'Name the files or folders, or leave the option out. A folder is known by a slash: `./rendered`.',
    example: 'lockstep check ./rendered --complete',
  },
  'code-unknown': {
    meaning: 'There is no code of that name to explain.',
    reason: 'A typo in it would otherwise be explained as something else.',
    remedy: 'Take the code from the brackets of a message, or from the list of all of them.',
    example: 'lockstep explain',
  },
  'ended-early': {
    meaning: 'The process ended before the command was done: a module or a chart called `exit`, or waits for what never comes.',
    reason: 'Nothing was found out, and an exit code of 0 would say that all is well.',
    remedy: 'Look for `exit`, in packages too, and for an `await` at the top of a module that has no end. Throw an error to stop.',
    example: "throw new Error('no region is given');",
  },
  'failed-aside': {
    meaning: 'Something failed that nobody waited for: a promise without `await`, or what a timer or an event called.',
    reason: 'It may fail at any time, also after a result was told, and what it should have done is missing.',
    remedy: 'Wait for it where the module is loaded, before charts are built: they are built without waiting.',
    example: 'const regions = await readRegions();',
  },
  'file-outside': {
    meaning: 'A file would be written outside of the folder that it belongs to.',
    reason: 'It could replace any file of whoever runs the command.',
    remedy: 'Rendered paths are made by Lockstep: please report it, with the message.',
  },
  'file-unreadable': {
    meaning: 'A file or a folder is there, and cannot be read.',
    reason: 'What is in it is not known, so nothing is said of it.',
    remedy: 'Look at the end of the message. Most often whoever runs the command has no right to read it, or it is a folder.',
  },
  'file-unwritable': {
    meaning: 'What was rendered cannot be written into its folder, or what is stale there cannot be removed.',
    reason: 'Every file is whole, the old one or the new one, but some may be old: the folder is not to be used as it is.',
    remedy: 'Look at the end of the message: the disk is full, or whoever runs the command has no right to write there. Then run it again.',
    example: 'lockstep synth --out /tmp/rendered',
  },
  'files-too-many': {
    meaning: 'There are more than 50,000 files of manifests below the folder that is to be checked.',
    reason: 'Nobody means to look at so many: most often the folder is another one than was meant.',
    remedy: 'Name the folder with the manifests.',
  },
  'folder-expected': {
    meaning: 'There is a file where the folder for what is rendered has to be.',
    reason: 'It would have to be deleted, and Lockstep did not write it.',
    remedy: 'Move it away, or choose another folder.',
    example: 'lockstep synth --out build/rendered',
  },
  'input-large': {
    meaning: 'Standard input holds more than 64 MiB.',
    reason: 'It is read whole before it is judged, and could exhaust the memory.',
    remedy: 'Write it to files, and check their folder.',
    example: 'lockstep check rendered/',
  },
  internal: {
    meaning: 'Lockstep itself made a mistake: something was thrown that nobody foresaw.',
    reason: 'What the command did until then stands; what it had still to do was not done.',
    remedy: 'Please report it with the command and the message.',
  },
  interrupted: {
    meaning: 'The command was interrupted, by Ctrl-C or by a signal.',
    reason: 'It ended where it was. Rendered files and branches are written whole or not at all, one by one.',
    remedy: 'Run it again when you want it done.',
  },
  'link-refused': {
    meaning:
      'The folder for what is rendered is a symbolic link, or has one in it; or a lockfile is one that leads out of the project, or nowhere.',
    reason: 'Writing or deleting through it could change files elsewhere.',
    remedy: 'Remove the link, or choose another folder. A lockfile may be a link to a file in the project: that one is written.',
    example: 'lockstep synth --out build/rendered',
  },
  'lockfile-changed': {
    meaning: 'The lockfile became another one while a command was about to write it.',
    reason: 'What somebody else wrote into it meanwhile would be lost.',
    remedy: 'Run the command again: it begins with what stands there now.',
    example: 'lockstep pin prod',
  },
  'types-failed': {
    meaning: "The project's own TypeScript ended without saying what is wrong with the types.",
    reason: 'The types are not checked, and the compiler finds less than they do.',
    remedy: 'Run it by hand: its options may be wrong, or its installation may be broken.',
    example: 'npx tsc --noEmit',
  },
  'tool-absent': {
    meaning: '`helm` or `kustomize` is to be pinned, and not in `PATH`.',
    reason: 'The lock holds the version and the sha256 of the program that is installed.',
    remedy: 'Install the version that you want, or say by `LOCKSTEP_HELM` or `LOCKSTEP_KUSTOMIZE` where it is.',
  },
  'tool-unusable': {
    meaning: 'The program that is to render charts or kustomizations does not say its version when it is asked.',
    reason: 'It may be something else of the same name.',
    remedy: 'Run it yourself, and install it anew; or say by `LOCKSTEP_HELM` or `LOCKSTEP_KUSTOMIZE` where the right one is.',
    example: 'helm version',
  },
} as const satisfies Explanations;

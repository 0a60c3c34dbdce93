import type { Explanations } from './explanation.ts';

/** Helm charts and kustomizations that are included, the programs that render them, and patches of what these give. */
export const inclusions = {
  'inclusion-invalid': {
    meaning: 'An option of `HelmChart`, `defineHelm` or `Kustomization` has a value that it does not take.',
    reason: 'What is to be rendered cannot be told.',
    remedy: 'Give what the message asks for. A chart that is fetched has one exact version; folders are told from the root of the project.',
    example:
      "new HelmChart(chart, 'ingress', { chart: 'oci://registry.example.com/charts/ingress-nginx', version: '4.13.2', values: {} });",
  },
  'chart-unlocked': {
    meaning: 'An environment includes a Helm chart from a registry or a repository, and its lock does not hold it.',
    reason:
      'Without the digest in the lock nobody knows which bytes were reviewed: the same version can be pushed again with another content.',
    remedy: 'Run `lockstep pin`: it fetches the chart, writes its sha256 into the lock and the archive below `vendor/helm/`. Commit both.',
  },
  'chart-missing': {
    meaning: 'The archive of a Helm chart that the lock names is not below `vendor/helm/`, or a folder holds no chart.',
    reason: 'Rendering asks no network: what is not in the project cannot be rendered.',
    remedy:
      'Commit the archive, or let `lockstep pin` fetch it again. For a folder, correct the path: it is told from the root of the project.',
  },
  'chart-linked': {
    meaning: 'A Helm chart in a folder has a symbolic link that leads out of the project, or is below one.',
    reason: 'What stands at its end is in no commit: the same commit would be rendered otherwise on another machine, or tomorrow.',
    remedy: 'Put what is there in the place of the link, or let it lead to a file of the project.',
  },
  'chart-ignored': {
    meaning:
      'A pattern of git (`.gitignore`, `.git/info/exclude`, or the one of your own) leaves the archive of a Helm chart out of commits.',
    reason: 'The archive is there for you alone: the environment renders here, and is told to lack its chart everywhere else.',
    remedy:
      'Take the pattern back for `vendor/helm/` by the line that the message names. Or add the archive once by `git add --force`: what git holds it does not ignore.',
    example: '!/vendor/helm/**/*.tgz',
  },
  'chart-altered': {
    meaning: 'The archive of a Helm chart below `vendor/helm/` is not the one whose sha256 is in the lock.',
    reason: 'It is not what was reviewed: somebody changed it, or two charts of the same name and version come from different places.',
    remedy:
      'Take the committed archive back. If the new one is meant, remove the entry from the lock, and let `lockstep pin` make it anew.',
  },
  'chart-large': {
    meaning: 'A Helm chart or a kustomization has more or larger files than are read.',
    reason: 'An archive may unpack to anything: what is read is bounded, so that no chart can fill memory.',
    remedy: 'Remove from the folder what does not belong there, or name a smaller one.',
  },
  'chart-unreadable': {
    meaning: 'The files of a Helm chart or of a kustomization cannot be read as what they are meant to be.',
    reason: 'What cannot be read cannot be compared with what was rendered before.',
    remedy: 'Correct the file that the message names; fetch an archive that is damaged again.',
  },
  'chart-incomplete': {
    meaning: 'A Helm chart in the project names dependencies that are not in its folder `charts/`.',
    reason: 'Rendering fetches nothing.',
    remedy: 'Run `helm dependency build` for the chart, and commit what it puts into `charts/` and `Chart.lock`.',
  },
  'render-failed': {
    meaning: 'Helm or kustomize could not render what is included.',
    reason: 'Its objects are not known. The words in the message are those of the program.',
    remedy: 'Do what they say: often a value is missing, or has a type that the schema of the chart (`values.schema.json`) does not take.',
  },
  'render-endless': {
    meaning: 'Helm or kustomize took more time, or printed more, than is allowed.',
    reason: 'A template may run in circles: whoever waits for it should be told.',
    remedy: 'Look for a loop or a very long list in the templates or the values.',
  },
  'chart-unstable': {
    meaning: 'A Helm chart gives something else each time that it is rendered: a password made at random, a certificate, the time.',
    reason:
      'Everything is rendered twice and compared. Such an object would change with every compilation: pods restart, passwords stop to fit, and a review shows changes that nobody made.',
    remedy:
      'Most charts take by a value what they would make up, or the name of a Secret that exists. Give that. Or leave the object out by a value, and make it yourself.',
    example: "values: { auth: { existingSecret: 'database' } }",
  },
  'chart-lookup': {
    meaning: 'Templates of a chart use `lookup`, which asks the cluster. Charts are rendered without one, so that it finds nothing.',
    reason: 'Charts keep passwords that way, or find out what a cluster has: rendered here, they take their other way.',
    remedy: 'See whether what is rendered is what you want. Give by values what would be looked up.',
  },
  'chart-uncertain': {
    meaning:
      'Templates of a chart ask for the time (`now`, `ago`, and `date` of what is neither a time nor a whole number), or take the keys or the values of a map, which have no order. What they render was the same twice, which may be by chance.',
    reason:
      'A date changes once in a day, and a map of two keys has only two orders: the environment would change some day, or on another machine, and nobody would know why.',
    remedy:
      'See what the templates in the message make of it. Most charts take by a value what they would ask for; a list of keys can be put in order by `sortAlpha`. Where it makes no difference, nothing is to be done.',
  },
  'hooks-undecided': {
    meaning: 'A Helm chart has hooks that run when it is installed or upgraded, and nothing says what becomes of them.',
    reason:
      'Nobody runs `helm install` here: a hook is an ordinary object, or there is none. A Job that migrates a database must not be lost by accident.',
    remedy:
      "`hooks: 'keep'` makes ordinary objects of them: those of before come before all others of the release, those of after when these are Current, and a Job runs once for each content. `hooks: 'drop'` leaves them out. Hooks that test, delete or roll back are always left out. Hooks that run only before an upgrade have no place where all is new: `upgradeHooks` says whether they come before the others, after them, or not at all.",
    example: "new HelmChart(chart, 'web', { chart: './charts/web', hooks: 'keep' });",
  },
  'patch-unmatched': {
    meaning: 'A patch of what a chart renders finds no such object, or not the field that it removes or replaces.',
    reason: 'The chart has changed, or there is a typo: what the patch was written for would silently not happen any more.',
    remedy: 'Correct the kind, the name or the path (the message proposes one), or remove the patch.',
    example: "patches: [patch('Deployment', '*-controller', { spec: { replicas: 3 } })]",
  },
  'patch-invalid': {
    meaning: 'A patch of what a chart renders is none, or lacks what tells the items of a list apart.',
    reason: 'It cannot be told what it would change.',
    remedy:
      'Give what `patch` or `jsonPatch` returned. An item of a list is named by its keys: a container by `name`, a port by `containerPort`.',
    example: "patch('Deployment', 'web', { spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } } })",
  },
  'tool-unlocked': {
    meaning: 'An environment includes a Helm chart or a kustomization, and its lock does not say by which program that is rendered.',
    reason: 'Another version of Helm renders other objects: `null` values, default names and order have changed between minors.',
    remedy: 'Install the version that you want, and run `lockstep pin`: it writes the version and the sha256 of the program into the lock.',
  },
  'tool-missing': {
    meaning: '`helm` or `kustomize` is needed, and not in `PATH`.',
    reason: 'Charts are rendered by your own program, pinned by the lock; what was rendered before is answered without it.',
    remedy: 'Install the version that the lock names, or say by `LOCKSTEP_HELM` or `LOCKSTEP_KUSTOMIZE` where it is.',
  },
  'tool-differs': {
    meaning: 'The program that is installed is not the one that the lock names, by its sha256.',
    reason: 'It may render something else than what was reviewed.',
    remedy:
      'Install that very version. Or take the one that is there: `lockstep pin --tools` writes it into the lock, and the diff of the rendered branch shows what it renders otherwise. For another platform, that adds its sha256 beside the others.',
  },
  'kustomization-remote': {
    meaning: 'A kustomization names something that is not in the project: a URL or a git repository.',
    reason: 'What it gives would depend on the day and on the network, and nobody has reviewed it.',
    remedy: 'Copy what it names into the project, and name the copy.',
  },
  'kustomization-runs': {
    meaning: 'A kustomization makes kustomize run other programs: charts by Helm, plugins, containers.',
    reason: 'What these do is not pinned, and may be anything.',
    remedy: 'Include a chart by `HelmChart`, and change what is rendered by `patches`.',
  },
} as const satisfies Explanations;

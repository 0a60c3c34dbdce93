import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Code, FailureCode, StatusCode } from '../../src/model/code.ts';
import { catalogue } from '../../src/model/codes/catalogue.ts';
import { status } from '../../src/model/codes/status.ts';
import { packRules } from '../../src/packs/packs.ts';

/** Codes that no environment and no file of manifests can show, and the test whose cases show them as text. */
const elsewhere: Readonly<Partial<Record<Code, string>>> = {
  'bootstrap-incomplete': 'compile/bootstrap-options.test.ts',
  'bootstrap-options-unfit': 'compile/bootstrap-options.test.ts',
  'bootstrap-source-invalid': 'compile/bootstrap-options.test.ts',
  'chart-altered': 'io/include/renderer.test.ts',
  'chart-ignored': 'commands/pin-included.test.ts',
  'chart-incomplete': 'io/include/renderer.test.ts',
  'chart-large': 'io/include/archive.test.ts',
  'chart-linked': 'io/include/folder.test.ts',
  'chart-missing': 'io/include/renderer.test.ts',
  'chart-unlocked': 'compile/include/request.test.ts',
  'chart-unreadable': 'io/include/archive.test.ts',
  'check-difference': 'cli/differences.test.ts',
  'compiler-died': 'commands/check-watch.test.ts',
  'environment-duplicate': 'commands/load.test.ts',
  'environment-name': 'commands/load.test.ts',
  'environment-not-default': 'commands/load.test.ts',
  'environment-unknown': 'commands/load.test.ts',
  'export-invalid': 'commands/load.test.ts',
  'extends-invalid': 'compile/resolve.test.ts',
  'extends-undefined': 'compile/resolve.test.ts',
  'external-invalid': 'compile/external.test.ts',
  'folder-foreign': 'commands/synth.test.ts',
  'image-unmatched': 'e2e/pin.test.ts',
  'import-definition-old': 'commands/import.test.ts',
  'import-definition-wrong': 'commands/import.test.ts',
  'import-file-edited': 'commands/import.test.ts',
  'import-kind-twice': 'commands/import.test.ts',
  'import-kubernetes-unknown': 'commands/import.test.ts',
  'import-no-definitions': 'commands/import.test.ts',
  'import-nothing': 'commands/import.test.ts',
  'import-schema-missing': 'imports/golden/loose/expected.diagnostics.txt',
  'import-source-changed': 'commands/import.test.ts',
  'imports-lock-unreadable': 'commands/import.test.ts',
  'inheritance-cycle': 'compile/resolve.test.ts',
  'kubernetes-missing': 'compile/resolve.test.ts',
  'kustomization-remote': 'io/include/renderer.test.ts',
  'kustomization-runs': 'io/include/renderer.test.ts',
  'not-reproducible': 'commands/hermetic.test.ts',
  'signers-invalid': 'commands/signed.test.ts',
  'lockfile-bad-digest': 'codec/lockfile.test.ts',
  'lockfile-bad-sha256': 'codec/lockfile.test.ts',
  'lockfile-bad-source': 'codec/lockfile.test.ts',
  'lockfile-bad-tag': 'codec/lockfile.test.ts',
  'lockfile-image-without-tag': 'codec/lockfile.test.ts',
  'lockfile-no-digest': 'codec/lockfile.test.ts',
  'lockfile-not-yaml': 'codec/lockfile.test.ts',
  'lockfile-unknown-key': 'codec/lockfile.test.ts',
  'lockfile-wrong-type': 'codec/lockfile.test.ts',
  'manifest-large': 'commands/check-files.test.ts',
  'module-failed': 'commands/load.test.ts',
  'no-environments': 'commands/load.test.ts',
  'object-too-large': 'compile/validate/rules/size.test.ts',
  'pipeline-branch-unfit': 'commands/pipeline.test.ts',
  'pipeline-file-edited': 'commands/pipeline.test.ts',
  'pipeline-image-unfit': 'commands/pipeline.test.ts',
  'pipeline-folder-unfit': 'commands/pipeline.test.ts',
  'pipeline-packages-unfit': 'commands/pipeline-packages.test.ts',
  'pipeline-packages-unlocked': 'commands/pipeline.test.ts',
  'pipeline-system-unknown': 'commands/pipeline.test.ts',
  'project-not-module': 'commands/load.test.ts',
  'removed-invalid': 'compile/resolve.test.ts',
  'render-endless': 'io/include/renderer.test.ts',
  'render-failed': 'io/include/renderer.test.ts',
  'shared-object': 'compile/shared.test.ts',
  'tool-differs': 'io/include/renderer.test.ts',
  'tool-missing': 'io/include/renderer.test.ts',
  'tool-unlocked': 'e2e/included.test.ts',
  'rendered-otherwise': 'e2e/check.test.ts',
  'type-error': 'commands/check.test.ts',
  'types-unchecked': 'commands/check.test.ts',
  'upgrade-overruled': 'e2e/pin-upgrade.test.ts',
  'upgrade-unfit': 'e2e/pin-upgrade.test.ts',
  'upgrade-unsigned': 'e2e/pin-signed.test.ts',
  'variable-undeclared': 'commands/hermetic.test.ts',
};

/** Codes of diagnostics: all but those of failures, refusals and of how an environment does. */
function diagnosticCodes(): readonly string[] {
  const failures = readdirSync('src/model/codes/failures').map((name) => readFileSync(join('src/model/codes/failures', name), 'utf8'));
  const isDiagnostic = (code: Code | FailureCode | StatusCode): boolean =>
    !Object.hasOwn(status, code) && !failures.some((text) => text.includes(`  '${code}': {`) || text.includes(`  ${code}: {`));
  return [...Object.keys(catalogue).filter((code) => isDiagnostic(code as keyof typeof catalogue)), ...packRules.keys()];
}

/** Codes that the golden cases of environments and of files show. */
function shownCodes(): ReadonlySet<string> {
  const texts = [
    ...readdirSync('test/golden').map((name) => join('test/golden', name, 'expected.diagnostics.txt')),
    ...readdirSync('test/checked').map((name) => join('test/checked', name, 'expected.txt')),
  ];
  const told = texts.filter((path) => existsSync(path)).map((path) => readFileSync(path, 'utf8'));
  return new Set(told.flatMap((text) => [...text.matchAll(/^(?:error|warning|note)\[([^\]]+)\]/gm)].map(([, code]) => code ?? '')));
}

test('a golden case shows every code of a diagnostic, or a test that is named here', () => {
  const shown = shownCodes();
  const untold = diagnosticCodes().filter((code) => !shown.has(code));
  assert.deepEqual(untold.toSorted(), Object.keys(elsewhere).toSorted());
});

for (const [code, file] of Object.entries(elsewhere)) {
  test(`${code} is shown by ${file}`, () => {
    assert.ok(new RegExp(`["'\`/ ^[]${code}\\b(?!-)`).test(readFileSync(join('test', file), 'utf8')));
  });
}

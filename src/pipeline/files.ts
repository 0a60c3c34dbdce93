import { githubFiles } from './github.ts';
import { gitlabFiles } from './gitlab.ts';
import { hookFiles } from './hook.ts';
import { jenkinsFiles } from './jenkins.ts';
import type { PipelineFile, PipelineProject, PipelineSystem } from './project.ts';
import { tektonFiles } from './tekton.ts';

/** The files of a system. Equal projects give equal files. */
export function pipelineFiles(system: PipelineSystem, project: PipelineProject): readonly PipelineFile[] {
  return writers[system](project);
}

const writers: Readonly<Record<PipelineSystem, (project: PipelineProject) => readonly PipelineFile[]>> = {
  github: githubFiles,
  gitlab: gitlabFiles,
  jenkins: jenkinsFiles,
  tekton: tektonFiles,
  hook: hookFiles,
};

import { exists } from '../rule.ts';
import { conditions } from './conditions.ts';
import { alike, type Judgements } from './judgement.ts';

/**
 * Tekton, by `pkg/apis/pipeline/v1` of github.com/tektoncd/pipeline: a run has Succeeded, which is Unknown while it goes on and
 * False when it has ended otherwise, for whatever reason. What runs are made of has a status subresource, and never a status.
 */
export const tekton: Judgements = {
  ...alike('tekton.dev', ['PipelineRun', 'TaskRun', 'CustomRun'], conditions({ current: ['Succeeded'], final: 'any' })),
  ...alike('tekton.dev', ['Pipeline', 'Task', 'ClusterTask'], exists),
};

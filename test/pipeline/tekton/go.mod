module lockstep.dev/test/tekton

go 1.26.0

require github.com/tektoncd/pipeline v1.15.0

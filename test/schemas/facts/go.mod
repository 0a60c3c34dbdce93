module lockstep.dev/schemas/facts

go 1.26

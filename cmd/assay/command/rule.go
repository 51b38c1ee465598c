package command

import (
	"errors"

	"github.com/spf13/cobra"

	"assay/server/author"
	"assay/server/author/project"
)

func (a *app) ruleVerb() *cobra.Command {
	return withVerbs(&cobra.Command{Use: "rule", Short: "Write rules: new, build, test, inspect, run, bench",
		Long: "Writes rules, with no server and no network.\n\n" +
			"  assay rule new licence --lang go    a project that builds and passes its tests as it is\n" +
			"  assay rule test                     builds it, and tells whether it says of its cases what it should\n" +
			"  assay apply -f .                    to the server\n\n" +
			"Besides:\n\n" +
			"  assay rule build                    its module alone\n" +
			"  assay rule inspect                  what the module is made of, asks for and costs\n" +
			"  assay rule run --clients FILE       what it says of clients\n" +
			"  assay rule bench                    what it costs\n\n" +
			"They end with exit code 0 when all is well; 1 when the answer is no: a module cannot be built or is refused, a case failed or there is none, a client could not be judged, " +
			"a figure grew or a rule is missing; and 2 when the command or a file is written wrongly.\n\n" +
			"Compiled modules are kept in the user's cache, or in the folder that " + cacheVariable + " names."},
		a.ruleNewVerb(), a.ruleBuildVerb(), a.ruleTestVerb(), a.ruleInspectVerb(), a.ruleRunVerb(), a.ruleBenchVerb())
}

// authors tells what the author of a rule asked or wrote wrongly, which is wrong usage, from what went wrong and from
// modules that are refused, which is an answer.
func authors(err error) error {
	var refused *project.RefusedError
	var invalid *project.InvalidError
	var wrong *author.Error
	if errors.As(err, &refused) || errors.As(err, &invalid) || errors.As(err, &wrong) && !wrong.Refused || errors.Is(err, project.ErrNone) {
		return usagef("%v", err)
	}
	return err
}

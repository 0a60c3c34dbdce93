// Command facts prints, as JSON, what the sources of a Kubernetes release know and its OpenAPI files do not: the enums of
// fields, and since when and until when each version of a kind is served.
//
//	facts <folder of k8s.io/kubernetes> <folder of k8s.io/api>
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Lifecycle is what zz_generated.prerelease-lifecycle.go says of a version of a kind. Numbers are minors of Kubernetes 1.
type Lifecycle struct {
	Deprecated  int    `json:"deprecated,omitempty"`
	Removed     int    `json:"removed,omitempty"`
	Replacement string `json:"replacement,omitempty"`
}

// Facts are those of one release.
type Facts struct {
	// Enums by `group_version_Type`, then by the path of the field: `type`, or `types/items` for the items of a list.
	Enums map[string]map[string][]string `json:"enums"`
	// Lifecycles by `group/version/Kind`.
	Lifecycles map[string]*Lifecycle `json:"lifecycles"`
}

func main() {
	facts := Facts{Enums: map[string]map[string][]string{}, Lifecycles: map[string]*Lifecycle{}}
	err := facts.read(os.Args[1], os.Args[2])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(facts)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (facts *Facts) read(kubernetes, api string) error {
	if err := facts.readEnums(filepath.Join(kubernetes, "pkg/generated/openapi/zz_generated.openapi.go")); err != nil {
		return err
	}
	return filepath.WalkDir(api, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != "zz_generated.prerelease-lifecycle.go" {
			return err
		}
		return facts.readLifecycles(path)
	})
}

func functions(path string) ([]*ast.FuncDecl, error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var found []*ast.FuncDecl
	for _, declaration := range file.Decls {
		if function, ok := declaration.(*ast.FuncDecl); ok {
			found = append(found, function)
		}
	}
	return found, nil
}

// readEnums finds `Enum: []interface{}{…}` below the functions schema_<package>_<group>_<version>_<Type>.
func (facts *Facts) readEnums(path string) error {
	found, err := functions(path)
	if err != nil {
		return err
	}
	for _, function := range found {
		parts := strings.Split(function.Name.Name, "_")
		if parts[0] != "schema" || len(parts) < 4 {
			continue
		}
		enums := map[string][]string{}
		collect(function.Body, nil, enums)
		if len(enums) > 0 {
			facts.Enums[strings.Join(parts[len(parts)-3:], "_")] = enums
		}
	}
	return nil
}

// collect walks composite literals. A key that is a string names a property; Items and AdditionalProperties lead into the parts.
func collect(node ast.Node, path []string, enums map[string][]string) {
	ast.Inspect(node, func(inner ast.Node) bool {
		pair, ok := inner.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		name, isName := pair.Key.(*ast.Ident)
		switch {
		case isName && name.Name == "Enum":
			enums[strings.Join(path, "/")] = texts(pair.Value)
		case isName && name.Name == "Items":
			collect(pair.Value, append(path, "items"), enums)
		case isName && name.Name == "AdditionalProperties":
			collect(pair.Value, append(path, "additionalProperties"), enums)
		case isName && name.Name == "Default":
		case isName:
			return true
		default:
			if property := text(pair.Key); property != "" {
				collect(pair.Value, append(path, property), enums)
			}
		}
		return false
	})
}

func texts(list ast.Expr) []string {
	var found []string
	if literal, ok := list.(*ast.CompositeLit); ok {
		for _, element := range literal.Elts {
			found = append(found, text(element))
		}
	}
	return found
}

func text(expression ast.Expr) string {
	literal, ok := expression.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	value, _ := strconv.Unquote(literal.Value)
	return value
}

// readLifecycles reads the functions APILifecycle{Deprecated,Removed,Replacement} of one package, `…/<group>/<version>/`.
func (facts *Facts) readLifecycles(path string) error {
	found, err := functions(path)
	if err != nil {
		return err
	}
	version := filepath.Base(filepath.Dir(path))
	group, err := groupName(filepath.Join(filepath.Dir(path), "register.go"))
	if err != nil {
		return err
	}
	for _, function := range found {
		if function.Recv == nil {
			continue
		}
		kind := function.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name
		if strings.HasSuffix(kind, "List") {
			continue
		}
		key := group + "/" + version + "/" + kind
		if facts.Lifecycles[key] == nil {
			facts.Lifecycles[key] = &Lifecycle{}
		}
		returned := function.Body.List[0].(*ast.ReturnStmt).Results
		switch function.Name.Name {
		case "APILifecycleDeprecated":
			facts.Lifecycles[key].Deprecated = minor(returned)
		case "APILifecycleRemoved":
			facts.Lifecycles[key].Removed = minor(returned)
		case "APILifecycleReplacement":
			facts.Lifecycles[key].Replacement = replacement(returned[0])
		}
	}
	return nil
}

// groupName is the constant GroupName of a package.
func groupName(path string) (string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	for _, declaration := range file.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			if value, ok := spec.(*ast.ValueSpec); ok && value.Names[0].Name == "GroupName" {
				return text(value.Values[0]), nil
			}
		}
	}
	return "", fmt.Errorf("%s has no GroupName", path)
}

func minor(returned []ast.Expr) int {
	literal, ok := returned[len(returned)-1].(*ast.BasicLit)
	if !ok {
		return 0
	}
	value, _ := strconv.Atoi(literal.Value)
	return value
}

// replacement is `group/version/Kind` of a schema.GroupVersionKind.
func replacement(expression ast.Expr) string {
	parts := map[string]string{}
	if literal, ok := expression.(*ast.CompositeLit); ok {
		for _, element := range literal.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				parts[pair.Key.(*ast.Ident).Name] = text(pair.Value)
			}
		}
	}
	return parts["Group"] + "/" + parts["Version"] + "/" + parts["Kind"]
}

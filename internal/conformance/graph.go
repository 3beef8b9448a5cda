package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

const module = "github.com/bearerguard/bearerguard"

// A node is a declaration at the top level of a test file, or a file of cases. Methods begin with a dot: which type
// they belong to is not looked at. A file of cases has no folder, and neither has a folder of them, which ends in a slash.
type node struct{ folder, name string }

// A graph says which declarations use which, going by their names alone. It is how an id in a table that is shared by
// several tests, or in a helper that checks every answer, is told from one in a comment that no test is near.
type graph struct {
	uses   map[node]map[node]bool
	names  map[node][]string // the ids in a declaration, or in the comment on it
	starts map[node]bool     // the tests
}

func newGraph() *graph {
	return &graph{uses: map[node]map[node]bool{}, names: map[node][]string{}, starts: map[node]bool{}}
}

func (g *graph) use(user node, used ...node) {
	if g.uses[user] == nil {
		g.uses[user] = map[node]bool{}
	}
	for _, n := range used {
		g.uses[user][n] = true
	}
}

// reach returns start and all that it uses, with the number of steps that lead there.
func (g *graph) reach(start node) map[node]int {
	reached := map[node]int{start: 0}
	for queue := []node{start}; len(queue) > 0; queue = queue[1:] {
		for next := range g.uses[queue[0]] {
			if _, known := reached[next]; !known {
				reached[next] = reached[queue[0]] + 1
				queue = append(queue, next)
			}
		}
	}
	return reached
}

// A goFile is a parsed file and what is needed to tell what its names mean.
type goFile struct {
	folder  string
	text    []byte
	base    int               // the position of its first byte
	imports map[string]string // by name: the folder of one of our packages
}

// addGo adds the declarations of a file that belongs to the tests.
func (g *graph) addGo(p string, text []byte) (bool, error) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, p, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return false, err
	}
	isTest := strings.HasSuffix(p, "_test.go")
	if !isTest && !slices.ContainsFunc(parsed.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"testing"` }) {
		return false, nil
	}
	if built, err := builtInCI(p, text); err != nil || !built {
		return err == nil, err // its ids count for nothing, but must be listed all the same
	}
	f := goFile{path.Dir(p), text, files.File(parsed.FileStart).Base(), ourImports(parsed)}
	for _, declared := range parsed.Decls {
		switch d := declared.(type) {
		case *ast.FuncDecl:
			n := node{f.folder, d.Name.Name}
			if d.Recv != nil {
				n.name = "." + n.name
			}
			g.add(f, n, d, d.Doc)
			if isTest && runs(d) {
				g.starts[n] = true
			}
		case *ast.GenDecl:
			g.addSpecs(f, d)
		}
	}
	return true, nil
}

// addSpecs adds variables, constants and types. A comment on a group in parentheses belongs to none of them.
func (g *graph) addSpecs(f goFile, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		var names []*ast.Ident
		var doc *ast.CommentGroup
		switch s := spec.(type) {
		case *ast.ValueSpec:
			names, doc = s.Names, s.Doc
		case *ast.TypeSpec:
			names, doc = []*ast.Ident{s.Name}, s.Doc
		}
		if !d.Lparen.IsValid() {
			doc = d.Doc
		}
		for _, name := range names {
			g.add(f, node{f.folder, name.Name}, spec, doc)
		}
	}
}

// ourImports maps the names of imported packages of this repository to their folders, which end in the same name.
func ourImports(file *ast.File) map[string]string {
	ours := map[string]string{}
	for _, spec := range file.Imports {
		folder, found := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module+"/")
		if !found {
			continue
		}
		name := path.Base(folder)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		ours[name] = folder
	}
	return ours
}

// add notes the ids in a declaration and what it uses.
func (g *graph) add(f goFile, n node, d ast.Node, doc *ast.CommentGroup) {
	start := d.Pos()
	if doc != nil {
		start = doc.Pos()
	}
	unreached := dead(d)
	text := slices.Clone(f.text[int(start)-f.base : int(d.End())-f.base])
	for _, part := range unreached {
		clear(text[part.Pos()-start : part.End()-start])
	}
	g.names[n] = append(g.names[n], idPattern.FindAllString(string(text), -1)...)

	local := localNames(d)
	var visit func(ast.Node) bool
	visit = func(used ast.Node) bool {
		if slices.Contains(unreached, used) {
			return false
		}
		switch u := used.(type) {
		case *ast.SelectorExpr:
			g.use(n, f.selected(u)...)
			ast.Inspect(u.X, visit)
			return false
		case *ast.KeyValueExpr:
			if _, plain := u.Key.(*ast.Ident); plain { // perhaps a field, whose name says nothing
				ast.Inspect(u.Value, visit)
				return false
			}
		case *ast.Ident:
			if !local[u.Name] {
				g.use(n, node{f.folder, u.Name})
			}
		case *ast.BasicLit:
			if text, err := strconv.Unquote(u.Value); err == nil {
				g.use(n, casesIn(text)...)
			}
		}
		return true
	}
	ast.Inspect(d, visit)
}

func (f goFile) isPackage(x ast.Expr) bool {
	name, plain := x.(*ast.Ident)
	return plain && f.imports[name.Name] != ""
}

// selected returns what x.Name may stand for: a declaration of the package x, or a method of a type of this package or
// of one that is imported.
func (f goFile) selected(s *ast.SelectorExpr) []node {
	if f.isPackage(s.X) {
		return []node{{f.imports[s.X.(*ast.Ident).Name], s.Sel.Name}}
	}
	methods := []node{{f.folder, "." + s.Sel.Name}}
	for _, folder := range f.imports {
		methods = append(methods, node{folder, "." + s.Sel.Name})
	}
	return methods
}

// localNames returns the names that a function declares for itself; they hide declarations of the same name. A function
// that uses both is not followed to the hidden one: an id that is lost this way is noticed, one too many would not be.
func localNames(d ast.Node) map[string]bool {
	local := map[string]bool{}
	function, is := d.(*ast.FuncDecl)
	if !is {
		return local
	}
	note := func(x ast.Expr) {
		if name, plain := x.(*ast.Ident); plain {
			local[name.Name] = true
		}
	}
	ast.Inspect(function, func(n ast.Node) bool {
		switch s := n.(type) {
		case *ast.AssignStmt:
			if s.Tok == token.DEFINE {
				for _, x := range s.Lhs {
					note(x)
				}
			}
		case *ast.RangeStmt:
			note(s.Key)
			note(s.Value)
		case *ast.ValueSpec:
			for _, name := range s.Names {
				note(name)
			}
		case *ast.Field:
			for _, name := range s.Names {
				note(name)
			}
		}
		return true
	})
	return local
}

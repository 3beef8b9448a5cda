package main

import (
	"bytes"
	"go/ast"
	"go/build"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// inCI are the two ways in which the tests are built where every change is checked: with the race detector and without.
var inCI = []build.Context{ci(), ci("race")}

func ci(tags ...string) build.Context {
	c := build.Default
	c.GOOS, c.GOARCH, c.CgoEnabled, c.BuildTags = "linux", "amd64", true, tags
	return c
}

// builtInCI tells whether the name and the build constraints of a Go file let it take part there.
func builtInCI(p string, text []byte) (bool, error) {
	for _, c := range inCI {
		c.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
		if matches, err := c.MatchFile(path.Dir(p), path.Base(p)); matches || err != nil {
			return matches, err
		}
	}
	return false, nil
}

// runs says whether go test runs a function of a test file, can find it failed, and is not sent away at once: it has the
// name and the parameter of a test or of a fuzz target, and a body that neither is empty nor always skips.
func runs(f *ast.FuncDecl) bool {
	return f.Recv == nil && (hasForm(f, "Test", "T") || hasForm(f, "Fuzz", "F")) && f.Body != nil && !idle(f.Body)
}

// hasForm goes by the rules of go test: after the prefix comes no lower-case letter, and the only parameter is
// *testing.T or *testing.F.
func hasForm(f *ast.FuncDecl, prefix, parameter string) bool {
	rest, found := strings.CutPrefix(f.Name.Name, prefix)
	first, _ := utf8.DecodeRuneInString(rest)
	if !found || unicode.IsLower(first) || f.Type.TypeParams != nil || f.Type.Results != nil || f.Type.Params.NumFields() != 1 {
		return false
	}
	pointer, is := f.Type.Params.List[0].Type.(*ast.StarExpr)
	if !is {
		return false
	}
	s, is := pointer.X.(*ast.SelectorExpr)
	return is && isName(s.X, "testing") && s.Sel.Name == parameter
}

// idle tells whether a test of this body checks nothing, whatever happens.
func idle(body *ast.BlockStmt) bool {
	return len(body.List) == 0 || slices.ContainsFunc(body.List, skips)
}

// skips tells whether a statement is t.Skip, t.Skipf or t.SkipNow.
func skips(s ast.Stmt) bool {
	expression, is := s.(*ast.ExprStmt)
	if !is {
		return false
	}
	call, is := expression.X.(*ast.CallExpr)
	if !is {
		return false
	}
	called, is := call.Fun.(*ast.SelectorExpr)
	return is && (called.Sel.Name == "Skip" || called.Sel.Name == "Skipf" || called.Sel.Name == "SkipNow")
}

// dead returns the parts of a declaration that never run, as far as that is plain to see: what is under if false, what
// follows a return or a skip, and subtests that are idle. An id in there is claimed by nobody.
func dead(d ast.Node) (parts []ast.Node) {
	after := func(list []ast.Stmt) {
		for i, s := range list {
			if _, returns := s.(*ast.ReturnStmt); returns || skips(s) {
				for _, unreached := range list[i+1:] {
					parts = append(parts, unreached)
				}
				return
			}
		}
	}
	ast.Inspect(d, func(n ast.Node) bool {
		switch s := n.(type) {
		case *ast.BlockStmt:
			after(s.List)
		case *ast.CaseClause:
			after(s.Body)
		case *ast.CommClause:
			after(s.Body)
		case *ast.IfStmt:
			if isName(s.Cond, "false") {
				parts = append(parts, s.Body)
			} else if isName(s.Cond, "true") && s.Else != nil {
				parts = append(parts, s.Else)
			}
		case *ast.CallExpr:
			if slices.ContainsFunc(s.Args, isIdleFunction) && calls(s, "Run") {
				parts = append(parts, s)
			}
		}
		return true
	})
	return parts
}

func calls(c *ast.CallExpr, name string) bool {
	s, is := c.Fun.(*ast.SelectorExpr)
	return is && s.Sel.Name == name
}

func isIdleFunction(x ast.Expr) bool {
	f, is := x.(*ast.FuncLit)
	return is && idle(f.Body)
}

func isName(x ast.Expr, name string) bool {
	n, is := x.(*ast.Ident)
	return is && n.Name == name
}

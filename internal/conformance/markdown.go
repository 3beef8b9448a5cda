package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
)

var introduction = `# Conformance

What the specifications ask of a resource server that takes OAuth 2.0 access tokens, and which tests of this repository
check it. Written by ` + "`go run ./internal/conformance`" + `: do not edit.

Every requirement has an id, such as R7515-4 for the fourth one out of RFC 7515. A test that checks a requirement names
its id in the name of a case or in a comment beside it, so a search for the id leads to the cases. Which tests these are is
read from their source; the tests of internal/conformance fail when a requirement is called covered and no test names it,
when a test names one that is not listed here, and when this page is not up to date. What is plain to see never to run –
a file that is not built, an empty or skipped test, code under ` + "`if false`" + ` – names nothing. That the tests did run and
pass is told by ` + "`go test -json work | go run ./internal/conformance -ran`" + `.

- **covered**: the tests that are named check it. A remark says what limits that.
- **met by absence**: it governs something that this library does not have, so nothing can break it.
- **later**: not there yet, and what that means for a service. Tests that check a part of it already are named.

A level is the strongest word that the source uses (RFC 2119), and POLICY where it is our own. With the mark ` + readMark + ` it is our
reading: of such a requirement we noted no such word, because the source describes without one or because its word stands
elsewhere. The words of the requirements are ours too; the source decides. Of the tests of one requirement, at most
` + fmt.Sprint(shown) + ` are listed, those first that name it themselves, and the others, many of which share a helper with it, are counted.
`

// shown is how many tests of a requirement are listed: those that name it themselves come first.
const shown = 6

// markdown writes the whole document.
func markdown(packs []pack, found finding) []byte {
	var b bytes.Buffer
	b.WriteString(introduction)
	writeLevels(&b, packs)
	writeContents(&b, packs)
	for _, p := range packs {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| id | requirement | level | source | checked by |\n|---|---|---|---|---|\n", p.title, p.about)
		for _, r := range p.requirements {
			row(&b, r.id, r.text, r.stated(), r.source, r.fate.text(found.tests[r.id]))
		}
	}
	return b.Bytes()
}

func writeLevels(b *bytes.Buffer, packs []pack) {
	var all []requirement
	for _, p := range packs {
		all = append(all, p.requirements...)
	}
	b.WriteString("\n| level | covered | met by absence | later | all |\n|---|--:|--:|--:|--:|\n")
	for _, l := range levels {
		ofLevel := slices.DeleteFunc(slices.Clone(all), func(r requirement) bool { return r.level != l })
		row(b, append([]string{string(l)}, counts(ofLevel)...)...)
	}
	row(b, append([]string{"all"}, counts(all)...)...)
}

func writeContents(b *bytes.Buffer, packs []pack) {
	b.WriteString("\n| subject | covered | met by absence | later | all |\n|---|--:|--:|--:|--:|\n")
	for _, p := range packs {
		row(b, append([]string{"[" + p.title + "](#" + anchor(p.title) + ")"}, counts(p.requirements)...)...)
	}
}

// counts returns how many requirements have each status, and how many there are.
func counts(requirements []requirement) []string {
	var columns []string
	for _, s := range statuses {
		n := 0
		for _, r := range requirements {
			if r.fate.status == s {
				n++
			}
		}
		columns = append(columns, fmt.Sprint(n))
	}
	return append(columns, fmt.Sprint(len(requirements)))
}

// anchor is what a heading is linked by.
func anchor(title string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == ' ':
			return '-'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-':
			return c
		}
		return -1
	}, strings.ToLower(title))
}

func row(b *bytes.Buffer, cells ...string) {
	for _, cell := range cells {
		b.WriteString("| " + strings.ReplaceAll(cell, "|", `\|`) + " ")
	}
	b.WriteString("|\n")
}

// text is the last cell of a requirement: its fate and its tests.
func (f fate) text(tests []test) string {
	listed := listTests(tests)
	switch {
	case f.status == covered && f.reason == "":
		return listed
	case f.status == covered:
		return listed + " – " + f.reason
	case listed == "":
		return "**" + string(f.status) + "**: " + f.reason
	case f.status == later:
		return "**later**: " + f.reason + " – so far: " + listed
	}
	return "**" + string(f.status) + "**: " + f.reason + " – shown by " + listed
}

// listTests groups the nearest tests by their folders.
func listTests(tests []test) string {
	near := slices.Clone(tests[:min(shown, len(tests))])
	slices.SortFunc(near, func(a, b test) int {
		return cmp.Or(strings.Compare(a.folder, b.folder), strings.Compare(a.name, b.name))
	})
	var list strings.Builder
	for i, t := range near {
		switch {
		case i == 0:
			list.WriteString("`" + t.folder + "` ")
		case t.folder != near[i-1].folder:
			list.WriteString("; `" + t.folder + "` ")
		default:
			list.WriteString(", ")
		}
		list.WriteString(t.name)
	}
	if more := len(tests) - len(near); more > 0 {
		fmt.Fprintf(&list, " and %d more", more)
	}
	return list.String()
}

package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, json string }{
		"empty":              {"", `""`},
		"letters":            {"Bearer a<b", `"Bearer a<b"`},
		"any octet":          {"\x00\x7f\xff", `"\u0000` + "\x7f\u00ff" + `"`},
		"a short run":        {strings.Repeat("a", 255), `"` + strings.Repeat("a", 255) + `"`},
		"a run":              {strings.Repeat("a", 300), `[{"repeat":"a","times":300}]`},
		"a run of four":      {"x" + strings.Repeat("QUFB", 100) + "y", `["x",{"repeat":"QUFB","times":100},"y"]`},
		"two runs":           {strings.Repeat(".", 256) + strings.Repeat("\xff", 256), `[{"repeat":".","times":256},{"repeat":"` + "\u00ff" + `","times":256}]`},
		"a run cut off":      {strings.Repeat("ab", 200) + "a", `[{"repeat":"ab","times":200},"a"]`},
		"five are not a run": {strings.Repeat("abcde", 60), `"` + strings.Repeat("abcde", 60) + `"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := Text(c.text).MarshalJSON()
			if err != nil || string(text) != c.json {
				t.Fatalf("%s, %v", text, err)
			}
			var back Text
			if err := json.Unmarshal(text, &back); err != nil || string(back) != c.text {
				t.Errorf("back: %q, %v", back, err)
			}
		})
	}
}

func TestTextRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`1`, `{}`, `"\u0100"`, `["a",1]`, `[["a"]]`, `[{"repeat":"abcde","times":1}]`, `[{"repeat":"a","times":-1}]`,
		`[{"repeat":"a","times":1000000000}]`, `[{"repeat":"\u0100","times":1}]`,
	} {
		var got Text
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s was read as %d octets", text, len(got))
		}
	}
}

// FuzzText: every octet string comes back, and what was read is written in a form that reads alike.
func FuzzText(f *testing.F) {
	f.Add([]byte("Bearer eyJ"), `["a",{"repeat":"b","times":300}]`)
	f.Add([]byte(strings.Repeat("....", 100)), `"\u00ff"`)
	f.Add([]byte(strings.Repeat("abcab", 70)), `[]`)
	f.Fuzz(func(t *testing.T, octets []byte, text string) {
		written, err := Text(octets).MarshalJSON()
		var back Text
		if err != nil || json.Unmarshal(written, &back) != nil || string(back) != string(octets) {
			t.Fatalf("%q became %s", octets, written)
		}
		var read Text
		if len(text) > 1<<10 || json.Unmarshal([]byte(text), &read) != nil || len(read) > 1<<20 {
			return
		}
		written, err = read.MarshalJSON()
		if err != nil || json.Unmarshal(written, &back) != nil || back != read {
			t.Fatalf("%s became %s", text, written)
		}
	})
}

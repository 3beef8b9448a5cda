package measure

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Table writes rows as Markdown under a title. A row may be shorter than the header, not longer.
func Table(w io.Writer, title string, header []string, rows [][]string) {
	fmt.Fprintf(w, "\n### %s\n\n%s\n|%s\n", title, row(header, len(header)), strings.Repeat("---|", len(header)))
	for _, r := range rows {
		fmt.Fprintln(w, row(r, len(header)))
	}
}

// row escapes what would end a cell.
func row(cells []string, columns int) string {
	var b strings.Builder
	b.WriteString("|")
	for i := range columns {
		text := ""
		if i < len(cells) {
			text = strings.NewReplacer("|", `\|`, "\n", " ").Replace(cells[i])
		}
		b.WriteString(" " + text + " |")
	}
	return b.String()
}

// Short writes a duration with three digits at most: "8 ns", "31.4 µs", "1.20 ms".
func Short(d time.Duration) string {
	value, unit := float64(d), "ns"
	for _, next := range []string{"µs", "ms", "s"} {
		if value < 999.5 {
			break
		}
		value, unit = value/1000, next
	}
	switch {
	case unit == "ns" || value >= 99.95:
		return fmt.Sprintf("%.0f %s", value, unit)
	case value >= 9.995:
		return fmt.Sprintf("%.1f %s", value, unit)
	}
	return fmt.Sprintf("%.2f %s", value, unit)
}

package jose

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
)

func decodeString(s string) ([]byte, bool) {
	b := make([]byte, decodedLen(len(s)))
	n, ok := decodeBase64(b, s)
	return b[:n], ok
}

func TestDecodeBase64(t *testing.T) {
	t.Parallel()
	t.Run("every length", func(t *testing.T) {
		t.Parallel()
		for n := range 200 {
			want := bytes.Repeat([]byte{0xfb, 0x00, 0x7e, 0xff, 0x01}, 40)[:n]
			s := base64.RawURLEncoding.EncodeToString(want)
			if decodedLen(len(s)) != n {
				t.Fatalf("decodedLen(%d) = %d, want %d", len(s), decodedLen(len(s)), n)
			}
			if got, ok := decodeString(s); !ok || !bytes.Equal(got, want) {
				t.Fatalf("decoding %d octets: got %x, %v", n, got, ok)
			}
		}
	})
	// R7515-2: one octet sequence has one text, so exactly 256 texts of two and 65536 of three characters are good.
	t.Run("R7515-2 unused bits", func(t *testing.T) {
		t.Parallel()
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		two, three := 0, 0
		for _, a := range alphabet {
			for _, b := range alphabet {
				if _, ok := decodeString(string(a) + string(b)); ok {
					two++
				}
				for _, c := range alphabet {
					if _, ok := decodeString(string(a) + string(b) + string(c)); ok {
						three++
					}
				}
			}
		}
		if two != 1<<8 || three != 1<<16 {
			t.Errorf("accepted %d and %d texts, want 256 and 65536", two, three)
		}
	})
	t.Run("R7515-2 alphabet", func(t *testing.T) {
		t.Parallel()
		for c := range 256 {
			for _, size := range []int{2, 3, 4, 6, 7, 8} {
				for at := range size {
					b := bytes.Repeat([]byte{'A'}, size)
					b[at] = byte(c)
					_, err := base64.RawURLEncoding.Strict().DecodeString(string(b))
					want := err == nil && c != '\r' && c != '\n'
					if _, ok := decodeString(string(b)); ok != want {
						t.Fatalf("octet %#x at %d of %d: %v, want %v", c, at, size, ok, want)
					}
				}
			}
		}
	})
	t.Run("R7515-2 length 1 modulo 4", func(t *testing.T) {
		t.Parallel()
		for n := 1; n < 100; n += 4 {
			if _, ok := decodeString(strings.Repeat("A", n)); ok {
				t.Errorf("%d characters accepted", n)
			}
		}
	})
}

// BenchmarkDecodeBase64 compares our decoder with the strictest use of encoding/base64 that does the same.
func BenchmarkDecodeBase64(b *testing.B) {
	text := base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte("payload "), 75))
	dst := make([]byte, decodedLen(len(text)))
	b.Run("ours", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if _, ok := decodeBase64(dst, text); !ok {
				b.Fatal("refused")
			}
		}
	})
	b.Run("standard", func(b *testing.B) {
		strict := base64.RawURLEncoding.Strict()
		var scratch [2048]byte
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			if strings.ContainsAny(text, "\r\n") {
				b.Fatal("refused")
			}
			if _, err := strict.Decode(dst, append(scratch[:0], text...)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

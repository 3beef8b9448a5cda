package strictjson

// What a zero field of Limits stands for.
const (
	DefaultDepth   = 64
	DefaultMembers = 512
)

// Limits bounds what a document may hold. A zero field means DefaultDepth or DefaultMembers; a negative one allows none.
// The size of the text, and with it the number of elements of an array, is the caller's to bound.
type Limits struct {
	Depth   int // arrays and objects inside each other; our stack grows with it, by under 1 KiB each
	Members int // members of any one object
}

func (l Limits) withDefaults() Limits {
	if l.Depth == 0 {
		l.Depth = DefaultDepth
	}
	if l.Members == 0 {
		l.Members = DefaultMembers
	}
	return l
}

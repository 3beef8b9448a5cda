package strictjson

// few is how many names of an object are compared pairwise, which needs no memory but the stack. Claims rarely have more.
const few = 32

// names is the set of member names of one object. What adding one costs is bounded by few, or is one look into a map,
// whose hash the runtime seeds at random: so n names take time that grows as n, whoever chose them.
type names struct {
	first [few]string
	n     int                 // how many of first are set
	all   map[string]struct{} // made when first is full
}

// add tells whether name is new.
func (s *names) add(name string) bool {
	if s.n == few {
		return s.addToMap(name)
	}
	for i := range s.n {
		if s.first[i] == name {
			return false
		}
	}
	s.first[s.n] = name
	s.n++
	return true
}

func (s *names) addToMap(name string) bool {
	if s.all == nil {
		s.all = make(map[string]struct{}, 2*few)
		for _, other := range s.first[:] { // a slice: ranging over the array itself would copy it to the stack
			s.all[other] = struct{}{}
		}
	}
	before := len(s.all)
	s.all[name] = struct{}{}
	return len(s.all) > before
}

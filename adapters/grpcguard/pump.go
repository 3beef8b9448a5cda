package grpcguard

import "sync"

// A pump transfers the messages of a stream in one direction, on a goroutine of
// its own: gRPC has no means to interrupt one that is blocked, so the handler
// has to be able to leave it behind. One goroutine for all of them, because
// starting one for each message takes three times as long. It ends with the
// lifetime or, where a transfer is blocked then, when gRPC closes the stream,
// right after the interceptor returned.
type pump struct {
	life     *lifetime
	transfer func(message any) error

	start    sync.Once
	messages chan any
	outcomes chan outcome // holds one, so that a transfer nobody waits for blocks nothing
}

// outcome is how a transfer ended.
type outcome struct {
	err   error
	fault any // of a panic
}

func newPump(l *lifetime, transfer func(any) error) *pump {
	return &pump{life: l, transfer: transfer, messages: make(chan any), outcomes: make(chan outcome, 1)}
}

// pass returns what the transfer of the message does, or why the lifetime ended
// if that comes first. As for the stream itself, one call at a time.
func (p *pump) pass(message any) error {
	p.start.Do(func() { go p.run() })
	select { // once over is closed nobody waits for messages, so this is not left to chance
	case <-p.life.over:
		return p.life.err()
	case p.messages <- message:
	}
	select {
	case <-p.life.over:
		return p.life.err()
	case o := <-p.outcomes:
		if o.fault != nil {
			panic(o.fault)
		}
		return o.err
	}
}

func (p *pump) run() {
	for {
		select {
		case <-p.life.over:
			return
		case message := <-p.messages:
			p.outcomes <- p.try(message)
		}
	}
}

// try keeps a panic, of a codec for example, for the handler's goroutine, where
// others may recover from it.
func (p *pump) try(message any) (o outcome) {
	defer func() { o.fault = recover() }()
	o.err = p.transfer(message)
	return o
}

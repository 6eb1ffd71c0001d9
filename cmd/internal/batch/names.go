package batch

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// maxName bounds a path in a list of names: Linux has 4,096 octets.
const maxName = 64 << 10

// Names offers the paths of a list, one a line, or each ended by a NUL where the
// list has one in its first 64 KiB, as `find -print0` writes them.
func Names(r io.Reader) Source {
	return func(yield func(Document, error) bool) {
		br := bufio.NewReaderSize(r, maxName)
		head, _ := br.Peek(maxName)
		end := byte('\n')
		if bytes.IndexByte(head, 0) >= 0 {
			end = 0
		}
		for line := 1; ; line++ {
			name, err := br.ReadSlice(end)
			if err == bufio.ErrBufferFull {
				yield(Document{}, fmt.Errorf("name %d of the list is longer than %d octets", line, maxName))
				return
			}
			name = bytes.TrimSuffix(name, []byte{end})
			if end == '\n' {
				name = bytes.TrimSuffix(name, []byte{'\r'})
			}
			if len(name) > 0 && !yield(Document{Path: string(name)}, nil) {
				return
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(Document{}, fmt.Errorf("the list of names: %w", err))
				return
			}
		}
	}
}

// Package archive writes and reads plain ZIP files of which every octet is
// fixed by the members: stored, not compressed, in the order of their names,
// without times or extra fields. Any tool for ZIP unpacks them; what is not
// written exactly so is refused, so that no octet can change, be added or lie
// between members unseen, and nothing grows when it is unpacked.
package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"strings"
)

// A Member is one file of the archive.
type Member struct {
	Name string
	Data []byte
}

// The records of a ZIP file (PKWARE APPNOTE 4.3).
const (
	localMark   = 0x04034b50 // 4.3.7
	centralMark = 0x02014b50 // 4.3.12
	endMark     = 0x06054b50 // 4.3.16
	localSize   = 30
	version     = 10     // 4.4.3: stored files need 1.0
	firstOfJan  = 0x0021 // 4.4.6: 1980-01-01, the earliest date that the format has
	maxName     = 200
)

// Write makes the archive. The members must be in the order of their names.
func Write(members []Member) ([]byte, error) {
	if len(members) > math.MaxUint16-1 {
		return nil, fmt.Errorf("%d members; a plain ZIP file has room for %d", len(members), math.MaxUint16-1)
	}
	var out, central []byte
	last := ""
	for _, m := range members {
		if err := checkName(last, m.Name); err != nil {
			return nil, err
		}
		last = m.Name
		if int64(len(out))+int64(len(m.Data)) > math.MaxInt32 {
			return nil, errors.New("the archive gets larger than 2 GB")
		}
		central = appendCentral(central, m, len(out))
		out = append(append(appendLocal(out, m), m.Name...), m.Data...)
	}
	return appendEnd(append(out, central...), len(members), len(central), len(out)), nil
}

// checkName: lower-case letters, digits, dots and single slashes, in order.
func checkName(last, name string) error {
	fine := len(name) <= maxName
	for part := range strings.SplitSeq(name, "/") {
		fine = fine && part != "" && part[0] != '.' && strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789.") == ""
	}
	switch {
	case !fine:
		return fmt.Errorf("member %q: no name for a member", name)
	case name == last:
		return fmt.Errorf("member %q: it stands twice", name)
	case name < last:
		return fmt.Errorf("member %q: it stands behind %q, out of order", name, last)
	}
	return nil
}

// appendCommon writes what both headers have, from the version needed on.
func appendCommon(out []byte, m Member) []byte {
	le := binary.LittleEndian
	for _, x := range []uint16{version, 0, 0, 0, firstOfJan} { // flags, stored, time, date
		out = le.AppendUint16(out, x)
	}
	out = le.AppendUint32(out, crc32.ChecksumIEEE(m.Data))
	out = le.AppendUint32(out, uint32(len(m.Data)))
	out = le.AppendUint32(out, uint32(len(m.Data)))
	out = le.AppendUint16(out, uint16(len(m.Name)))
	return le.AppendUint16(out, 0) // extra fields
}

func appendLocal(out []byte, m Member) []byte {
	return appendCommon(binary.LittleEndian.AppendUint32(out, localMark), m)
}

func appendCentral(out []byte, m Member, at int) []byte {
	le := binary.LittleEndian
	out = appendCommon(le.AppendUint16(le.AppendUint32(out, centralMark), version), m)
	out = append(out, make([]byte, 10)...) // comment, disk, attributes
	return append(le.AppendUint32(out, uint32(at)), m.Name...)
}

func appendEnd(out []byte, members, size, at int) []byte {
	le := binary.LittleEndian
	out = le.AppendUint32(le.AppendUint32(out, endMark), 0) // disks
	out = le.AppendUint16(le.AppendUint16(out, uint16(members)), uint16(members))
	out = le.AppendUint32(le.AppendUint32(out, uint32(size)), uint32(at))
	return le.AppendUint16(out, 0) // comment
}

// Read takes an archive apart. The members are slices of data.
func Read(data []byte) ([]Member, error) {
	var members []Member
	at, last := 0, ""
	for {
		if len(data)-at < 4 {
			return nil, fmt.Errorf("octet %d: the archive breaks off", at)
		}
		if binary.LittleEndian.Uint32(data[at:]) != localMark {
			break
		}
		m, err := readMember(data[at:])
		if err != nil {
			return nil, fmt.Errorf("octet %d: %w", at, err)
		}
		if err := checkName(last, m.Name); err != nil {
			return nil, err
		}
		if !bytes.Equal(data[at:at+localSize], appendLocal(nil, m)) {
			return nil, fmt.Errorf("member %q: its octets or its header were changed", m.Name)
		}
		members = append(members, m)
		at, last = at+localSize+len(m.Name)+len(m.Data), m.Name
	}
	if len(members) == 0 {
		return nil, errors.New("not an archive of saved evidence")
	}
	return members, checkTail(data[at:], members, at)
}

func readMember(b []byte) (m Member, err error) {
	if len(b) < localSize {
		return m, errors.New("the archive breaks off in the header of a member")
	}
	size, name := int64(binary.LittleEndian.Uint32(b[18:])), int64(binary.LittleEndian.Uint16(b[26:]))
	rest := b[localSize:]
	if name+size > int64(len(rest)) {
		return m, fmt.Errorf("a member of %d octets breaks off", size)
	}
	return Member{Name: string(rest[:name]), Data: rest[name : name+size : name+size]}, nil
}

// checkTail holds the directory and the end against the one way to write them.
func checkTail(tail []byte, members []Member, at int) error {
	from := 0
	for i := range members {
		want := appendCentral(nil, members[i], from)
		if !bytes.HasPrefix(tail, want) {
			return fmt.Errorf("member %q: its entry in the directory was changed", members[i].Name)
		}
		tail = tail[len(want):]
		from += localSize + len(members[i].Name) + len(members[i].Data)
	}
	size := 0
	for _, m := range members {
		size += len(appendCentral(nil, m, 0))
	}
	if !bytes.Equal(tail, appendEnd(nil, len(members), size, at)) {
		return errors.New("the end of the archive was changed, or something follows it")
	}
	return nil
}

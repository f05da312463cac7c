// The object as a Go program embeds it: go:embed, and the structs of names that bpf2go would write.
//
// usage: embed INTERFACE; what it does is said in tests/interop/embedders.py.
// usage: embed load OBJECT loads all of another object and ends.
package main

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"github.com/cilium/ebpf/ringbuf"
	"github.com/cilium/ebpf/rlimit"
)

//go:embed watch.o
var object []byte

type watchObjects struct {
	OnPacket *ebpf.Program  `ebpf:"on_packet"`
	OnOpen   *ebpf.Program  `ebpf:"on_open"`
	Traffic  *ebpf.Map      `ebpf:"traffic"`
	Opened   *ebpf.Map      `ebpf:"opened"`
	Ignored  *ebpf.Variable `ebpf:"ignored"`
}

type watchTraffic struct {
	Packets uint64
	Bytes   uint64
}

type watchOpened struct {
	Pid      uint32
	Flags    uint32
	Comm     [16]byte
	Filename [64]byte
}

type opened struct {
	Pid      uint32 `json:"pid"`
	Flags    uint32 `json:"flags"`
	Comm     string `json:"comm"`
	Filename string `json:"filename"`
}

type report struct {
	Traffic map[string][2]uint64 `json:"traffic"`
	Ignored uint64               `json:"ignored"`
	Opened  opened               `json:"opened"`
}

func text(field []byte) string {
	before, _, _ := bytes.Cut(field, []byte{0})
	return string(before)
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "%+v\n", err) // %+v: all of the verifier's log
		os.Exit(1)
	}
}

func load() (*watchObjects, error) {
	spec, err := ebpf.LoadCollectionSpecFromReader(bytes.NewReader(object))
	if err != nil {
		return nil, fmt.Errorf("reading the object: %w", err)
	}
	if err := spec.Variables["smallest"].Set(uint16(100)); err != nil {
		return nil, err
	}
	if err := spec.Variables["only_pid"].Set(uint32(os.Getpid())); err != nil {
		return nil, err
	}
	var objects watchObjects
	return &objects, spec.LoadAndAssign(&objects, nil)
}

// loadAll has the kernel judge every map and program of an object.
func loadAll(path string) error {
	spec, err := ebpf.LoadCollectionSpec(path)
	if err != nil {
		return fmt.Errorf("reading the object: %w", err)
	}
	collection, err := ebpf.NewCollection(spec)
	if err != nil {
		return err
	}
	fmt.Println(len(collection.Programs), "programs")
	collection.Close()
	return nil
}

func run(arguments []string) error {
	if err := rlimit.RemoveMemlock(); err != nil {
		return err
	}
	if len(arguments) == 2 && arguments[0] == "load" {
		return loadAll(arguments[1])
	}
	if len(arguments) != 1 {
		return errors.New("usage: embed INTERFACE | embed load OBJECT")
	}
	objects, err := load()
	if err != nil {
		return err
	}
	device, err := net.InterfaceByName(arguments[0])
	if err != nil {
		return err
	}
	packets, err := link.AttachXDP(link.XDPOptions{Program: objects.OnPacket, Interface: device.Index})
	if err != nil {
		return fmt.Errorf("attaching on_packet: %w", err)
	}
	defer packets.Close()
	opens, err := link.Tracepoint("syscalls", "sys_enter_openat", objects.OnOpen, nil)
	if err != nil {
		return fmt.Errorf("attaching on_open: %w", err)
	}
	defer opens.Close()
	reader, err := ringbuf.NewReader(objects.Opened)
	if err != nil {
		return err
	}
	defer reader.Close()

	file, err := syscall.Open("/proc/version", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	if err := syscall.Close(file); err != nil {
		return err
	}
	fmt.Println("ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}

	result := report{Traffic: map[string][2]uint64{}}
	reader.SetDeadline(time.Now().Add(10 * time.Second))
	for result.Opened.Filename != "/proc/version" {
		record, err := reader.Read()
		if err != nil {
			return err
		}
		var event watchOpened
		if err := binary.Read(bytes.NewReader(record.RawSample), binary.NativeEndian, &event); err != nil {
			return err
		}
		result.Opened = opened{event.Pid, event.Flags, text(event.Comm[:]), text(event.Filename[:])}
	}
	var source [4]byte
	var seen watchTraffic
	entries := objects.Traffic.Iterate()
	for entries.Next(&source, &seen) {
		result.Traffic[netip.AddrFrom4(source).String()] = [2]uint64{seen.Packets, seen.Bytes}
	}
	if err := entries.Err(); err != nil {
		return err
	}
	if err := objects.Ignored.Get(&result.Ignored); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}

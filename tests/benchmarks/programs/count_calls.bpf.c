// Count execve(2) by process: the program of count_calls.py.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} calls SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_execve")
int count(struct trace_event_raw_sys_enter *ctx)
{
	__u32 process = bpf_get_current_pid_tgid() >> 32;
	__u64 *seen = bpf_map_lookup_elem(&calls, &process), one = 1;

	if (seen) {
		__u64 more = *seen + 1;

		bpf_map_update_elem(&calls, &process, &more, BPF_ANY);
	} else {
		bpf_map_update_elem(&calls, &process, &one, BPF_ANY);
	}
	return 0;
}

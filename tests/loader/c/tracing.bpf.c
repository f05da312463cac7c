/* Counts the openat(2) calls of one process: tracepoint and raw tracepoint. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

const volatile __u32 only_pid = 0;
__u64 opened, entered;

SEC("tracepoint/syscalls/sys_enter_openat")
int on_openat(void *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 == only_pid)
		__sync_fetch_and_add(&opened, 1);
	return 0;
}

SEC("raw_tp/sys_enter")
int on_enter(struct bpf_raw_tracepoint_args *ctx)
{
	if (bpf_get_current_pid_tgid() >> 32 == only_pid)
		__sync_fetch_and_add(&entered, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";

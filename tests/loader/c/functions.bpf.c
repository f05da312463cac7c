/* Programs at kernel functions and hooks. Some kernels forbid them; each is loaded on its own. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 calls;

SEC("?fentry/do_nanosleep")
int at_entry(void *ctx)
{
	calls++;
	return 0;
}

SEC("?fexit/do_nanosleep")
int at_exit(void *ctx)
{
	calls++;
	return 0;
}

SEC("?fentry.s/__x64_sys_getpgid")
int sleepable(void *ctx)
{
	calls++;
	return 0;
}

SEC("?fmod_ret/__x64_sys_getpgid")
int modifies(void *ctx)
{
	calls++;
	return 0;
}

SEC("?lsm/file_open")
int guards(void *ctx)
{
	calls++;
	return 0;
}

SEC("?lsm_cgroup/socket_bind")
int guards_group(void *ctx)
{
	calls++;
	return 1;
}

SEC("?fentry/function_that_never_was")
int nowhere(void *ctx)
{
	return 0;
}

SEC("?tp_btf/sys_entre")
int misspelled(void *ctx)
{
	return 0;
}

SEC("?fentry")
int undecided(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";

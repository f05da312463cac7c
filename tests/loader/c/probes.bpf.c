/* Programs that run at perf events: probes and samples. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 entered, returned, slept, samples, cookie, systems;

SEC("uprobe")
int at_entry(void *ctx)
{
	entered++;
	cookie = bpf_get_attach_cookie(ctx);
	return 0;
}

SEC("uretprobe/libc.so.6:labs")
int at_return(void *ctx)
{
	returned++;
	return 0;
}

SEC("uprobe.s/libc.so.6:llabs")
int sleepable(void *ctx)
{
	slept++;
	return 0;
}

SEC("perf_event")
int sample(void *ctx)
{
	samples++;
	return 0;
}

SEC("kprobe/do_nanosleep")
int on_sleep(void *ctx)
{
	slept++;
	return 0;
}

SEC("kretprobe/do_nanosleep")
int on_woken(void *ctx)
{
	return 0;
}

SEC("ksyscall/getpgid")
int on_getpgid(void *ctx)
{
	systems++;
	return 0;
}

SEC("kprobe")
int undecided(void *ctx)
{
	return 0;
}

SEC("kprobe.multi/vfs_read*")
int on_reads(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";

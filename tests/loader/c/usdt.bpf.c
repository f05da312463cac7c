/* Programs at USDT probes, and at many functions of a binary at once. */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <stdbool.h>
#define __TARGET_ARCH_x86 /* as the binary that the test probes */
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

__s64 values[12];
__s64 count, fired, cookie, entered, returned, in_session, last_cookie;
__u64 cookies_seen;

SEC("usdt")
int on_probe(struct pt_regs *ctx)
{
	long value;

	fired++;
	count = bpf_usdt_arg_cnt(ctx);
	cookie = bpf_usdt_cookie(ctx);
	for (int index = 0; index < 12; index++) {
		bpf_usdt_arg(ctx, index, &value);
		values[index] = value;
	}
	return 0;
}

SEC("uprobe.multi")
int on_entry(struct pt_regs *ctx)
{
	entered++;
	last_cookie = bpf_get_attach_cookie(ctx);
	cookies_seen |= 1ull << (last_cookie & 63);
	return 0;
}

SEC("uretprobe.multi")
int on_return(struct pt_regs *ctx)
{
	returned++;
	return 0;
}

SEC("?uprobe.session")
int on_both(struct pt_regs *ctx)
{
	in_session++;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";

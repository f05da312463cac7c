/* What ../programs/usdt_typed.py does, by BPF_USDT() of libbpf. */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <stdbool.h>
#define __TARGET_ARCH_x86 /* as the binary that the test probes */
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

struct frame { __s8 tiny; __u8 byte; __s16 small; __s32 number; __s64 wide; };

struct {
	__s64 same[12], other[12], by_number[14];
	char text[16];
	__s32 number, count;
	__u64 cookie;
} seen;

SEC("usdt")
int BPF_USDT(same_widths, __s32 number, __s8 tiny, __u8 byte, __s16 small, __s32 whole, __u64 wide, __s32 constant,
	     __u64 reg, __u8 low, struct frame *frame, const char *text, __u64 missing)
{
	seen.same[0] = number;
	seen.same[1] = tiny;
	seen.same[2] = byte;
	seen.same[3] = small;
	seen.same[4] = whole;
	seen.same[5] = wide;
	seen.same[6] = constant;
	seen.same[7] = reg;
	seen.same[8] = low;
	bpf_probe_read_user(&seen.same[9], sizeof(seen.same[9]), &frame->wide);
	seen.same[10] = bpf_probe_read_user_str(seen.text, sizeof(seen.text), text);
	seen.same[11] = missing;
	bpf_probe_read_user(&seen.number, sizeof(seen.number), &frame->number);
	seen.count = bpf_usdt_arg_cnt(ctx);
	seen.cookie = bpf_usdt_cookie(ctx);
	for (int position = 0; position < 14; position++) {
		long value;

		bpf_usdt_arg(ctx, position, &value);
		seen.by_number[position] = value;
	}
	return 0;
}

SEC("usdt")
int BPF_USDT(other_widths, __u64 number, __u32 tiny, __s8 byte, __u8 small, __u16 whole, bool wide, __s8 constant,
	     __u32 reg, bool low, __u64 frame, __s64 text, bool missing)
{
	seen.other[0] = number;
	seen.other[1] = tiny;
	seen.other[2] = byte;
	seen.other[3] = small;
	seen.other[4] = whole;
	seen.other[5] = wide;
	seen.other[6] = constant;
	seen.other[7] = reg;
	seen.other[8] = low;
	seen.other[9] = frame != 0;
	seen.other[10] = text != 0;
	seen.other[11] = missing;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";

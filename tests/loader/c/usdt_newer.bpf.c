/* The map of specifications as usdt.bpf.h of libbpf 1.7 lays it out: what the loader wrote about each argument. */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

struct __bpf_usdt_arg_spec {
	__u64 val_off;
	enum { CONST, REG, REG_DEREF, SIB } arg_type: 8;
	__u16 idx_reg_off: 12;
	__u16 scale_bitshift: 4;
	__u8 reserved: 8;
	short reg_off;
	bool arg_signed;
	char arg_bitshift;
};

struct __bpf_usdt_spec {
	struct __bpf_usdt_arg_spec args[12];
	__u64 usdt_cookie;
	short arg_cnt;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, struct __bpf_usdt_spec);
} __bpf_usdt_specs SEC(".maps");

__s64 written[12][7]; /* kind, size, signed, value, register, index register, scale */
__s64 count, cookie;

SEC("usdt")
int on_probe(void *ctx)
{
	int number = bpf_get_attach_cookie(ctx);
	struct __bpf_usdt_spec *spec = bpf_map_lookup_elem(&__bpf_usdt_specs, &number);

	if (!spec)
		return 0;
	for (int index = 0; index < 12; index++) {
		struct __bpf_usdt_arg_spec *arg = &spec->args[index];

		written[index][0] = arg->arg_type;
		written[index][1] = (64 - arg->arg_bitshift) / 8;
		written[index][2] = arg->arg_signed;
		written[index][3] = arg->val_off;
		written[index][4] = arg->reg_off;
		written[index][5] = arg->idx_reg_off;
		written[index][6] = arg->scale_bitshift;
	}
	count = spec->arg_cnt;
	cookie = spec->usdt_cookie;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";

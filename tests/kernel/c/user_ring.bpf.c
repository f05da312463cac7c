// Drains a user ring buffer, and sends records of several lengths.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct command {
	__u64 add;
	__u32 to;
	char name[12];
};

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
} commands SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} answers SEC(".maps");

__u64 sums[4];
__u32 seen;

static long take(struct bpf_dynptr *record, void *context)
{
	const struct command *command = bpf_dynptr_data(record, 0, sizeof(*command));

	if (!command)
		return 0;
	sums[command->to & 3] += command->add;
	seen++;
	bpf_ringbuf_output(&answers, (void *)command->name, command->to & 1 ? 4 : 12, 0);
	return 0;
}

SEC("xdp")
int drain(struct xdp_md *ctx)
{
	long count = bpf_user_ringbuf_drain(&commands, take, 0, 0);

	return count < 0 ? -count : count;
}

char LICENSE[] SEC("license") = "GPL";

/* Congestion control algorithms: the structs have only the members that are used, in another order than the kernel's. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct sock {};

struct tcp_congestion_ops {
	char name[16];
	void (*init)(struct sock *sk);
	__u32 (*ssthresh)(struct sock *sk);
	__u32 (*undo_cwnd)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	void *owner;
};

struct tcp_congestion_ops___odd {
	char name[16];
	void (*init)(struct sock *sk);
	void (*no_such_function)(struct sock *sk);
};

struct nothing_such {
	void (*init)(struct sock *sk);
};

__u64 inits, avoided, replaced;

SEC("struct_ops")
void BPF_PROG(on_init, struct sock *sk)
{
	inits++;
}

SEC("struct_ops")
void BPF_PROG(on_other_init, struct sock *sk)
{
	replaced++;
}

SEC("struct_ops")
__u32 BPF_PROG(on_ssthresh, struct sock *sk)
{
	return 2;
}

SEC("struct_ops")
__u32 BPF_PROG(on_undo, struct sock *sk)
{
	return 10;
}

SEC("struct_ops")
void BPF_PROG(on_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
	avoided++;
}

SEC("?struct_ops")
void BPF_PROG(in_no_table, struct sock *sk)
{
}

SEC(".struct_ops.link")
struct tcp_congestion_ops by_link = {
	.name = "pybpfc_link",
	.init = (void *)on_init,
	.ssthresh = (void *)on_ssthresh,
	.undo_cwnd = (void *)on_undo,
	.cong_avoid = (void *)on_avoid,
};

SEC(".struct_ops.link")
struct tcp_congestion_ops successor = {
	.name = "pybpfc_link",
	.init = (void *)on_other_init,
	.ssthresh = (void *)on_ssthresh,
	.undo_cwnd = (void *)on_undo,
	.cong_avoid = (void *)on_avoid,
};

SEC(".struct_ops")
struct tcp_congestion_ops by_map = {
	.name = "pybpfc_map",
	.init = (void *)on_init,
	.ssthresh = (void *)on_ssthresh,
	.undo_cwnd = (void *)on_undo,
	.cong_avoid = (void *)on_avoid,
};

#ifdef MISSING_TYPE
SEC(".struct_ops")
struct nothing_such unknown = {
	.init = (void *)on_init,
};
#endif
#ifdef MISSING_MEMBER
SEC(".struct_ops")
struct tcp_congestion_ops___odd odd = {
	.name = "pybpfc_odd",
	.init = (void *)on_init,
	.no_such_function = (void *)on_init,
};
#endif

char LICENSE[] SEC("license") = "GPL";

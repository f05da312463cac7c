// One program of each type that BPF_PROG_TEST_RUN runs on any kernel.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

SEC("xdp")
int run_xdp(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (bpf_xdp_adjust_head(ctx, -8))
		return XDP_ABORTED;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if (data + 8 > end)
		return XDP_ABORTED;
	*(u64 *)data = 0x1122334455667788;
	return XDP_TX;
}

u64 frames;

SEC("xdp")
int drop_frames(struct xdp_md *ctx)
{
	__sync_fetch_and_add(&frames, 1);
	return XDP_DROP;
}

SEC("tc")
int run_tc(struct __sk_buff *skb)
{
	skb->mark += 1;
	skb->cb[0] = skb->len;
	return 7;
}

SEC("socket")
int run_socket(struct __sk_buff *skb)
{
	return skb->len;
}

SEC("cgroup_skb/egress")
int run_cgroup_skb(struct __sk_buff *skb)
{
	return skb->len > 60;
}

SEC("lwt_xmit")
int run_lwt_xmit(struct __sk_buff *skb)
{
	return 2;
}

SEC("flow_dissector")
int run_flow_dissector(struct __sk_buff *skb)
{
	skb->flow_keys->nhoff = 14;
	skb->flow_keys->thoff = 34;
	skb->flow_keys->ip_proto = 17;
	return 0;
}

SEC("sk_lookup")
int run_sk_lookup(struct bpf_sk_lookup *ctx)
{
	return ctx->local_port == 443 ? SK_DROP : SK_PASS;
}

SEC("raw_tp/sched_switch")
int run_raw_tp(u64 *ctx)
{
	return ctx[0] + ctx[1];
}

struct question {
	u64 number;
	u64 answer;
};

SEC("syscall")
int run_syscall(struct question *ctx)
{
	ctx->answer = ctx->number * 2;
	return 5;
}

SEC("netfilter")
int run_netfilter(struct bpf_nf_ctx *ctx)
{
	return 1; /* NF_ACCEPT */
}

char LICENSE[] SEC("license") = "GPL";

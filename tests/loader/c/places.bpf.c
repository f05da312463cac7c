/* Programs of network namespaces, sockets, hooks and routes. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 looked_up, dissected, hooked, messages, streams, parsed, operations, routed, first_ran, second_ran, order;

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} sockets SEC(".maps");

SEC("sk_lookup")
int find_socket(struct bpf_sk_lookup *ctx)
{
	looked_up++;
	return ctx->local_port == 7 ? SK_DROP : SK_PASS;
}

SEC("flow_dissector")
int dissect(struct __sk_buff *skb)
{
	dissected++;
	return 129; /* BPF_FLOW_DISSECTOR_CONTINUE */
}

struct bpf_nf_ctx;

SEC("netfilter")
int drop_all(struct bpf_nf_ctx *ctx)
{
	hooked++;
	return 0; /* NF_DROP */
}

SEC("sk_msg")
int on_send(struct sk_msg_md *msg)
{
	messages++;
	return SK_PASS;
}

SEC("sk_skb/stream_parser")
int parse(struct __sk_buff *skb)
{
	parsed++;
	return skb->len;
}

SEC("sk_skb/stream_verdict")
int judge(struct __sk_buff *skb)
{
	streams++;
	return bpf_sk_redirect_map(skb, &sockets, 0, BPF_F_INGRESS);
}

SEC("sk_skb")
int unsaid(struct __sk_buff *skb)
{
	streams += 100;
	return SK_PASS;
}

SEC("sockops")
int on_operation(struct bpf_sock_ops *ops)
{
	operations |= 1ull << ops->op;
	return 1;
}

SEC("lwt_out")
int on_route_out(struct __sk_buff *skb)
{
	routed++;
	return 0;
}

SEC("lwt_xmit")
int on_route_xmit(struct __sk_buff *skb)
{
	routed += 100;
	return 2; /* BPF_DROP */
}

SEC("lwt_in")
int on_route_in(struct __sk_buff *skb)
{
	routed += 10;
	return 0;
}

SEC("lwt_seg6local")
int on_segment(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&routed, 1000);
	return BPF_DROP;
}

SEC("tcx/ingress")
int first(struct __sk_buff *skb)
{
	first_ran++;
	order = order * 10 + 1;
	return -1; /* TCX_NEXT */
}

SEC("tcx/ingress")
int second(struct __sk_buff *skb)
{
	second_ran++;
	order = order * 10 + 2;
	return -1;
}

SEC("tcx/ingress")
int third(struct __sk_buff *skb)
{
	order = order * 10 + 3;
	return -1;
}

SEC("netkit/primary")
int leaves(struct __sk_buff *skb)
{
	return -1;
}

SEC("lirc_mode2")
int decode(void *sample)
{
	return 0;
}

SEC("action")
int act(struct __sk_buff *skb)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";

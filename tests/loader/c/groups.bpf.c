/* Programs of a control group and of a socket. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define AF_INET 2
#define REFUSE 0
#define ALLOW 1

__u64 packets, sockets, filtered;
const volatile __u32 verdict = ALLOW;

SEC("cgroup_skb/egress")
int count_egress(struct __sk_buff *skb)
{
	packets++;
	return ALLOW;
}

SEC("cgroup/skb")
int count_any(struct __sk_buff *skb)
{
	packets += 100;
	return ALLOW;
}

SEC("cgroup/sock_create")
int on_create(struct bpf_sock *sock)
{
	if (sock->family == AF_INET)
		sockets++;
	return verdict;
}

SEC("socket")
int keep_long(struct __sk_buff *skb)
{
	filtered++;
	return skb->len > 100 ? skb->len : 0;
}

SEC("sk_reuseport")
int choose(struct sk_reuseport_md *md)
{
	return SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";

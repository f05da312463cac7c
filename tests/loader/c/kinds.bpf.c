/* Programs of kinds that this loader loads but does not attach, or refuses. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("cgroup_skb/egress")
int cgroup_egress(struct __sk_buff *skb)
{
	return 1;
}

SEC("sk_lookup")
int find_socket(struct bpf_sk_lookup *ctx)
{
	return SK_PASS;
}

SEC("syscall")
int run_me(void *ctx)
{
	return 9;
}

SEC("tc/egress")
int tc_egress(struct __sk_buff *skb)
{
	return 0;
}

SEC("?fentry/do_nanosleep")
int on_sleep(void *ctx)
{
	return 0;
}

SEC("?nothing_known")
int unknown_section(void *ctx)
{
	return 0;
}

char LICENSE[] SEC("license") = "GPL";

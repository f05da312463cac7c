// SPDX-License-Identifier: GPL-2.0
// What conntrack.py does, in C.
#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/in.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

char LICENSE[] SEC("license") = "GPL";

struct nf_conn {
	unsigned long status;
} __attribute__((preserve_access_index));

struct nf_conn___init {
	struct nf_conn ct;
};

struct bpf_ct_opts {
	__s32 netns_id;
	__s32 error;
	__u8 l4proto;
	__u8 dir;
	__u8 reserved[2];
};

struct nf_conn___init *bpf_xdp_ct_alloc(struct xdp_md *, struct bpf_sock_tuple *, __u32, struct bpf_ct_opts *,
					__u32) __ksym __weak;
struct nf_conn *bpf_xdp_ct_lookup(struct xdp_md *, struct bpf_sock_tuple *, __u32, struct bpf_ct_opts *,
				  __u32) __ksym __weak;
struct nf_conn *bpf_ct_insert_entry(struct nf_conn___init *) __ksym __weak;
void bpf_ct_set_timeout(struct nf_conn___init *, __u32) __ksym __weak;
void bpf_ct_release(struct nf_conn *) __ksym __weak;

__u32 there, made, found;
__s32 missing;
__u64 status;

SEC("xdp")
int connections(struct xdp_md *ctx)
{
	struct bpf_sock_tuple key = {};
	struct bpf_ct_opts options = { .netns_id = -1, .l4proto = IPPROTO_UDP };
	struct nf_conn___init *fresh;
	struct nf_conn *entry;

	if (!bpf_xdp_ct_lookup || !bpf_xdp_ct_alloc || !bpf_ct_set_timeout || !bpf_ct_insert_entry || !bpf_ct_release)
		return XDP_PASS;
	there++;
	key.ipv4.saddr = bpf_htonl(0x0a000001);
	key.ipv4.daddr = bpf_htonl(0x0a000002);
	key.ipv4.sport = bpf_htons(4000);
	key.ipv4.dport = bpf_htons(53);
	fresh = bpf_xdp_ct_alloc(ctx, &key, sizeof(key.ipv4), &options, sizeof(options));
	if (!fresh)
		return XDP_PASS;
	bpf_ct_set_timeout(fresh, 60000);
	entry = bpf_ct_insert_entry(fresh);
	if (entry) {
		made++;
		bpf_ct_release(entry);
	}
	entry = bpf_xdp_ct_lookup(ctx, &key, sizeof(key.ipv4), &options, sizeof(options));
	if (entry) {
		found++;
		status = entry->status;
		bpf_ct_release(entry);
	}
	key.ipv4.sport = bpf_htons(4001);
	entry = bpf_xdp_ct_lookup(ctx, &key, sizeof(key.ipv4), &options, sizeof(options));
	if (entry)
		bpf_ct_release(entry);
	else
		missing = options.error;
	return XDP_PASS;
}

// SPDX-License-Identifier: GPL-2.0
// What module_functions.py does, in C.
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";

struct sk_buff {
	unsigned int len;
} __attribute__((preserve_access_index));

struct net_device {
	int ifindex;
} __attribute__((preserve_access_index));

struct veth_priv {
	unsigned int requested_headroom;
} __attribute__((preserve_access_index));

struct no_such_priv {
	unsigned int requested_headroom;
} __attribute__((preserve_access_index));

__u32 entered, left, probed, returned, packets, raw_packets;
__u64 lengths, bytes_sent, size_of_priv, size_of_headroom, no_size = 1;
__s32 verdict = -1;

SEC("fentry/veth_xmit")
int BPF_PROG(on_entry, struct sk_buff *skb, struct net_device *dev)
{
	entered++;
	lengths += skb->len;
	if (bpf_core_type_exists(struct veth_priv) && bpf_core_field_exists(struct veth_priv, requested_headroom)) {
		size_of_priv = bpf_core_type_size(struct veth_priv);
		size_of_headroom = bpf_core_field_size(struct veth_priv, requested_headroom);
	}
	if (!bpf_core_type_exists(struct no_such_priv))
		no_size = 0;
	return 0;
}

SEC("fexit/veth:veth_xmit")
int BPF_PROG(on_exit, struct sk_buff *skb, struct net_device *dev, int ret)
{
	left++;
	verdict = ret;
	return 0;
}

SEC("kprobe/veth_xmit")
int on_probe(void *ctx)
{
	probed++;
	return 0;
}

SEC("kretprobe/veth_xmit")
int on_return(void *ctx)
{
	returned++;
	return 0;
}

SEC("tp_btf/virtio_transport_alloc_pkt")
int BPF_PROG(on_packet, __u32 src_cid, __u32 src_port, __u32 dst_cid, __u32 dst_port, __u32 length)
{
	packets++;
	bytes_sent += length;
	return 0;
}

SEC("raw_tracepoint/virtio_transport_alloc_pkt")
int on_raw_packet(void *ctx)
{
	raw_packets++;
	return 0;
}

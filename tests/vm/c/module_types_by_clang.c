// Types, a symbol and a function of the modules vsock and vmw_vsock_virtio_transport_common.
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct pt_regs {
	unsigned long di;
} __attribute__((preserve_access_index));

struct sockaddr_vm___own {
	unsigned int svm_port;
	unsigned int svm_cid;
} __attribute__((preserve_access_index));

struct vsock_sock {
	struct sockaddr_vm___own remote_addr;
	struct never_there *no_such_member;
} __attribute__((preserve_access_index));

struct never_there {
	int member;
};

__u32 only; // the port that counts
__u32 entered, entered_cid, probed;
__u32 has_member, has_type, size_of_address;
__u64 address;

extern const void vsock_core_register __ksym __weak;

SEC("fentry/virtio_transport_connect")
int BPF_PROG(on_entry, struct vsock_sock *vsk)
{
	if (vsk->remote_addr.svm_port == only) {
		entered++;
		entered_cid = vsk->remote_addr.svm_cid;
	}
	has_member = bpf_core_field_exists(vsk->no_such_member);
	has_type = bpf_core_type_exists(struct sockaddr_vm___own);
	size_of_address = bpf_core_type_size(struct sockaddr_vm___own);
	address = (__u64)&vsock_core_register;
	return 0;
}

SEC("kprobe/virtio_transport_connect")
int on_probe(struct pt_regs *ctx)
{
	struct vsock_sock *vsk = (void *)ctx->di;

	if (BPF_CORE_READ(vsk, remote_addr.svm_port) == only)
		probed++;
	return 0;
}

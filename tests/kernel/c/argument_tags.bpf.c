/* The twin of programs/argument_tags.py. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

/* Weak: of other functions clang leaves out arguments that they do not use, which the verifier misses. */
#define tag(text) __attribute__((btf_decl_tag("arg:" #text)))

struct Request {
	u32 port;
};

struct Seen {
	s32 tgid, parent, nobody;
};

struct Seen seen;
const volatile s32 only;
char LICENSE[] SEC("license") = "GPL";

__weak int verdict(struct xdp_md *ctx, struct Request *request tag(nonnull))
{
	return request->port == 3 ? XDP_DROP : XDP_PASS;
}

__weak s32 tgid(struct task_struct *task tag(trusted) tag(nullable))
{
	return task ? task->tgid : -1;
}

__weak s32 parent(struct task_struct *task tag(trusted))
{
	return task->real_parent->tgid;
}

__weak u64 descriptor(struct trace_event_raw_sys_enter *ctx tag(ctx))
{
	return ctx->args[0];
}

SEC("tp/syscalls/sys_enter_close")
int on_close(struct trace_event_raw_sys_enter *ctx)
{
	if (bpf_get_current_task_btf()->tgid == only)
		seen.nobody = descriptor(ctx) & 0xffff;
	return 0;
}

SEC("xdp")
int prog(struct xdp_md *ctx)
{
	struct Request request = {.port = 3};

	return verdict(ctx, &request);
}

SEC("tp_btf/sys_enter")
int on_call(u64 *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (task->tgid == only) {
		seen.tgid = tgid(task);
		seen.parent = parent(task);
		seen.nobody = tgid(NULL);
	}
	return 0;
}

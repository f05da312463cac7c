/* What registers.py does, in C. */
#define __TARGET_ARCH_x86
#define __VMLINUX_H__ /* the names of registers are those of the kernel's own struct */
#include "../pairs/common.h"

struct pt_regs {
	unsigned long bp, r10, r8, ax, cx, dx, si, di, ip, sp;
} relocatable;

struct task_struct;

#include <bpf/bpf_tracing.h>

extern _Bool LINUX_HAS_SYSCALL_WRAPPER __kconfig;
__u64 total;

SEC("kprobe/vfs_read") int BPF_KPROBE(arguments, __u64 file, __u64 buffer, __u64 count, __u64 position, __u64 more)
{
	total += file + buffer + count + position + more;
	return 0;
}

SEC("kretprobe/vfs_read") int BPF_KRETPROBE(result, __s64 got)
{
	total += got;
	return 0;
}

SEC("ksyscall/mmap")
int BPF_KSYSCALL(system_call, __u64 address, __u64 length, __u64 protection, __u64 flags, __u64 descriptor)
{
	total += address + length + protection + flags + descriptor;
	return 0;
}

SEC("kretsyscall/mmap") int BPF_KRETPROBE(system_result, __s64 got)
{
	total += got;
	return 0;
}

SEC("raw_tp/sys_enter") int untrusted(struct bpf_raw_tracepoint_args *ctx)
{
	struct pt_regs *regs = (void *)ctx->args[0];

	total += PT_REGS_PARM1_CORE(regs) + PT_REGS_PARM4_CORE(regs) + PT_REGS_PARM5_CORE(regs) + PT_REGS_RC_CORE(regs) +
		 PT_REGS_FP_CORE(regs) + PT_REGS_SP_CORE(regs) + PT_REGS_IP_CORE(regs);
	return 0;
}

SEC("raw_tp/sys_enter") int of_task(void *ctx)
{
	struct pt_regs *regs = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());

	total += PT_REGS_PARM2(regs) + PT_REGS_PARM3(regs) + PT_REGS_RC(regs) + PT_REGS_IP(regs);
	return 0;
}

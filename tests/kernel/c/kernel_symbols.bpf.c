/* The twin of programs/kernel_symbols.py. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

extern u32 LINUX_KERNEL_VERSION __kconfig;
extern u32 CONFIG_HZ __kconfig;
extern bool CONFIG_BPF __kconfig;
extern enum libbpf_tristate CONFIG_NET __kconfig;
extern char CONFIG_BPF_SYSCALL __kconfig;
extern char CONFIG_CC_VERSION_TEXT[64] __kconfig;
extern u64 CONFIG_THAT_NO_KERNEL_HAS __kconfig __weak;

/* Variables that the kernel's types do not have are known by their addresses alone, and read by probes. */
extern const void jiffies __ksym __weak;
extern const void schedule __ksym;
extern const void no_symbol_has_this_name __ksym __weak;
extern const void no_variable_has_this_name __ksym __weak;
extern const void init_task __ksym __weak;

char LICENSE[] SEC("license") = "GPL";

struct Answer {
	u32 version, hz;
	bool has_bpf, modern;
	u8 letter;
	s32 net;
	char compiler[64];
	u64 nothing, schedule, no_symbol, no_variable;
	u32 exists;
	s32 init_pid;
	u8 init_letter;
	u64 jiffies_apart;
};

struct Answer answer;

SEC("xdp")
int ask(struct xdp_md *ctx)
{
	struct task_struct *first = (void *)&init_task;
	u64 number;

	answer.version = LINUX_KERNEL_VERSION;
	answer.modern = LINUX_KERNEL_VERSION >= (5 << 16) + (8 << 8);
	answer.hz = CONFIG_HZ;
	answer.has_bpf = CONFIG_BPF;
	answer.net = CONFIG_NET;
	answer.letter = CONFIG_BPF_SYSCALL;
	__builtin_memcpy(answer.compiler, CONFIG_CC_VERSION_TEXT, sizeof(answer.compiler));
	answer.nothing = CONFIG_THAT_NO_KERNEL_HAS;
	bpf_probe_read_kernel(&number, sizeof(number), &jiffies);
	answer.jiffies_apart = bpf_jiffies64() - number;
	answer.schedule = (u64)&schedule;
	answer.no_symbol = (u64)&no_symbol_has_this_name;
	bpf_probe_read_kernel(&answer.no_variable, sizeof(answer.no_variable), &no_variable_has_this_name);
	answer.exists = !!&schedule + 2 * !!&no_symbol_has_this_name + 4 * !!&jiffies + 8 * !!&init_task;
	answer.init_pid = BPF_CORE_READ(first, tgid) + 1;
	answer.init_letter = BPF_CORE_READ(first, comm[0]);
	return XDP_PASS;
}

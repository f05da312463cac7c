/* Kernel functions, kernel symbols and configuration values, there and missing, judged against libbpf's answers. */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

#ifndef bpf_ksym_exists /* libbpf before 1.2 */
#define bpf_ksym_exists(symbol) (!!(symbol))
#endif

struct task_struct { int tgid; }; /* a declaration alone would be of another kind than the kernel's */

extern struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
extern void bpf_task_release(struct task_struct *) __ksym; /* a parameter without a name */
extern void bpf_function_that_never_was(struct task_struct *task) __ksym __weak;

extern const int variable_that_never_was __ksym __weak;
extern const void do_exit __ksym; /* data has no symbol where CONFIG_KALLSYMS_ALL is off */
extern const void symbol_that_never_was __ksym __weak;

extern int LINUX_KERNEL_VERSION __kconfig;
extern bool LINUX_HAS_BPF_COOKIE __kconfig;
extern bool LINUX_HAS_SYSCALL_WRAPPER __kconfig;
extern int LINUX_OF_TOMORROW __kconfig __weak;
extern bool CONFIG_BPF_SYSCALL __kconfig;
extern enum libbpf_tristate CONFIG_BPF_JIT __kconfig;
extern char CONFIG_NET __kconfig;
extern unsigned CONFIG_HZ __kconfig;
extern unsigned long CONFIG_ILLEGAL_POINTER_VALUE __kconfig __weak;
extern char CONFIG_CC_VERSION_TEXT[9] __kconfig;
extern short CONFIG_THAT_NEVER_WAS __kconfig __weak;

enum {
	ACQUIRED, NO_VARIABLE, EXIT, NO_SYMBOL,
	VERSION, COOKIE, WRAPPER, TOMORROW, SYSCALL, JIT, NET, HZ, ILLEGAL, COMPILER, NEVER, COUNT,
};

__u64 results[COUNT];
const volatile __u32 only_tgid = 0;

SEC("tp_btf/sys_enter")
int use_externs(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf(), *held;

	if (only_tgid && bpf_get_current_pid_tgid() >> 32 != only_tgid)
		return 0;
	held = bpf_task_acquire(task);
	if (held) {
		results[ACQUIRED] = held == task;
		bpf_task_release(held);
	}
	if (bpf_ksym_exists(bpf_function_that_never_was))
		bpf_function_that_never_was(task); /* poisoned, and never reached */
	results[NO_VARIABLE] = (__u64)&variable_that_never_was;
	results[EXIT] = (__u64)&do_exit;
	results[NO_SYMBOL] = (__u64)&symbol_that_never_was;
	results[VERSION] = LINUX_KERNEL_VERSION;
	results[COOKIE] = LINUX_HAS_BPF_COOKIE;
	results[WRAPPER] = LINUX_HAS_SYSCALL_WRAPPER;
	results[TOMORROW] = LINUX_OF_TOMORROW;
	results[SYSCALL] = CONFIG_BPF_SYSCALL;
	results[JIT] = CONFIG_BPF_JIT;
	results[NET] = CONFIG_NET;
	results[HZ] = CONFIG_HZ;
	results[ILLEGAL] = CONFIG_ILLEGAL_POINTER_VALUE;
	results[COMPILER] = CONFIG_CC_VERSION_TEXT[1];
	results[NEVER] = CONFIG_THAT_NEVER_WAS;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";

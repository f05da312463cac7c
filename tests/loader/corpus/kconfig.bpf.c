/* Values of the kernel's configuration, in every type they may have. */
#include "corpus.h"
extern bool CONFIG_BPF_SYSCALL __kconfig;
extern enum libbpf_tristate CONFIG_IPV6 __kconfig __weak;
extern char CONFIG_NET __kconfig;
extern unsigned CONFIG_HZ __kconfig;
extern unsigned long CONFIG_PANIC_TIMEOUT __kconfig __weak;
extern short CONFIG_OF_TOMORROW __kconfig __weak;
extern char CONFIG_DEFAULT_HOSTNAME[8] __kconfig __weak;
extern int LINUX_KERNEL_VERSION __kconfig;
extern bool LINUX_HAS_SYSCALL_WRAPPER __kconfig;
__u64 out;
SEC("socket") int use(struct __sk_buff *skb)
{
	out = CONFIG_BPF_SYSCALL + CONFIG_IPV6 + CONFIG_NET + CONFIG_HZ + CONFIG_PANIC_TIMEOUT + CONFIG_OF_TOMORROW;
	return CONFIG_DEFAULT_HOSTNAME[1] + LINUX_KERNEL_VERSION + LINUX_HAS_SYSCALL_WRAPPER;
}
SEC("socket") int dead_code(struct __sk_buff *skb)
{
	if (LINUX_KERNEL_VERSION < 0x40000)
		*(volatile int *)0 = 1;
	return 0;
}
GPL;

#include "common.h"

__u64 number;
char text[16];
__u32 words[4];

struct linux_binprm {
	const char *filename;
	char buf[16];
	__u32 numbers[4];
} relocatable;

struct sockaddr_in {
	__u16 sin_family;
	__u16 sin_port;
} relocatable;

struct address {
	__u16 family, port;
	__u32 host;
};

struct address last;

struct connection {
	__u32 state;
	struct address peer;
} relocatable;

struct task_struct {
	int tgid;
	struct task_struct *group_leader;
	char comm[16];
} relocatable;

SEC("raw_tp/sys_enter")
int text_of_pointer(void *ctx)
{
	struct linux_binprm *binary = (void *)bpf_get_current_task();

	BPF_CORE_READ_STR_INTO(&text, binary, filename);
	return 0;
}

SEC("raw_tp/sys_enter")
int text_of_array(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	BPF_CORE_READ_STR_INTO(&text, task, group_leader, comm);
	return 0;
}

SEC("raw_tp/sys_enter")
int whole_array(void *ctx)
{
	struct linux_binprm *binary = (void *)bpf_get_current_task();

	BPF_CORE_READ_INTO(&words, binary, numbers);
	return 0;
}

SEC("raw_tp/sys_enter")
int whole_struct(void *ctx)
{
	struct connection *it = (void *)bpf_get_current_task();

	BPF_CORE_READ_INTO(&last, it, peer);
	number = last.host;
	return 0;
}

SEC("raw_tp/sys_enter")
int user_memory(void *ctx)
{
	struct sockaddr_in *address = (void *)bpf_get_current_task();

	number = BPF_CORE_READ_USER(address, sin_port);
	return 0;
}

SEC("raw_tp/sys_enter")
int trusted(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();

	number = task->group_leader->group_leader->tgid;
	return 0;
}

SEC("raw_tp/sys_enter")
int trusted_index(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();

	number = task->comm[5];
	return 0;
}

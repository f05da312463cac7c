#include "common.h"

__u64 number;
__s64 signed_number;

struct task_struct {
	int pid;
	unsigned in_execve : 1;
	unsigned in_iowait : 1;
} relocatable;

struct task_struct___signed {
	int pid;
	int in_execve : 3;
} relocatable;

SEC("raw_tp/sys_enter")
int probed(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = BPF_CORE_READ_BITFIELD_PROBED(task, in_iowait);
	return 0;
}

SEC("raw_tp/sys_enter")
int probed_signed(void *ctx)
{
	struct task_struct___signed *task = (void *)bpf_get_current_task();

	signed_number = BPF_CORE_READ_BITFIELD_PROBED(task, in_execve);
	return 0;
}

SEC("raw_tp/sys_enter")
int loaded(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();

	number = BPF_CORE_READ_BITFIELD(task, in_iowait);
	return 0;
}

SEC("raw_tp/sys_enter")
int facts(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	number = bpf_core_field_exists(task->in_execve) + bpf_core_field_size(task->in_execve);
	return 0;
}

typedef struct {
	int first;
	unsigned at : 20, behind : 30;
} relocatable place_t;

union either {
	unsigned low : 9;
	int high : 9;
} relocatable;

struct sched_dl_entity {
	__u64 dl_runtime;
	unsigned dl_throttled : 1;
	unsigned dl_yielded : 1;
	unsigned dl_server_state : 11;
	__u64 far : 50;
} relocatable;

struct holder {
	int number;
	struct sched_dl_entity dl, more[4];
	place_t place;
	union either either;
	struct holder *next;
} relocatable;

SEC("raw_tp/sys_enter")
int wide(void *ctx)
{
	struct sched_dl_entity *dl = (void *)bpf_get_current_task();

	number = BPF_CORE_READ_BITFIELD_PROBED(dl, dl_server_state);
	number += BPF_CORE_READ_BITFIELD_PROBED(dl, far);
	return 0;
}

SEC("raw_tp/sys_enter")
int embedded(void *ctx)
{
	struct holder *it = (void *)bpf_get_current_task();

	number = BPF_CORE_READ_BITFIELD_PROBED(it, dl.dl_yielded);
	return 0;
}

SEC("raw_tp/sys_enter")
int embedded_and_loaded(void *ctx)
{
	struct holder *it = (void *)bpf_get_current_task_btf();

	number = BPF_CORE_READ_BITFIELD(it, dl.dl_yielded);
	return 0;
}

SEC("raw_tp/sys_enter")
int loaded_behind_a_pointer(void *ctx)
{
	struct holder *it = (void *)bpf_get_current_task_btf();
	struct holder *next = it->next;

	number = BPF_CORE_READ_BITFIELD(next, dl.dl_throttled);
	return 0;
}

SEC("raw_tp/sys_enter")
int of_an_element(void *ctx)
{
	struct holder *it = (void *)bpf_get_current_task();

	number = BPF_CORE_READ_BITFIELD_PROBED(it, more[2].dl_server_state);
	return 0;
}

SEC("raw_tp/sys_enter")
int of_typedefs(void *ctx)
{
	struct holder *it = (void *)bpf_get_current_task();
	place_t *place = (void *)it;

	number = BPF_CORE_READ_BITFIELD_PROBED(it, place.behind);
	number += BPF_CORE_READ_BITFIELD_PROBED(place, at);
	return 0;
}

SEC("raw_tp/sys_enter")
int facts_of_unions(void *ctx)
{
	struct holder *it = (void *)bpf_get_current_task();

	number = bpf_core_field_exists(it->either.low) + bpf_core_field_size(it->either.high) +
		 bpf_core_field_exists(union either, high) + bpf_core_field_size(it->more[3].far);
	return 0;
}

SEC("raw_tp/sys_enter")
int loaded_of_unions(void *ctx)
{
	struct holder *it = (void *)bpf_get_current_task_btf();

	number = BPF_CORE_READ_BITFIELD(it, either.low);
	return 0;
}

SEC("raw_tp/sys_enter")
int of_unions(void *ctx)
{
	struct holder *it = (void *)bpf_get_current_task();
	union either *either = (void *)it;

	number = BPF_CORE_READ_BITFIELD_PROBED(it, either.low);
	signed_number = BPF_CORE_READ_BITFIELD_PROBED(either, high);
	return 0;
}

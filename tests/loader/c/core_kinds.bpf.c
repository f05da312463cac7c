/* Every kind of CO-RE relocation, on every kind of instruction that can carry one. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define relocatable __attribute__((preserve_access_index))

struct qstr {
	union {
		struct {
			__u32 len; /* before `hash` in the kernel on big-endian machines only */
			__u32 hash;
		};
		__u64 hash_len;
	};
	const unsigned char *name;
} relocatable;

struct dentry {
	struct qstr d_name;
	struct dentry *d_parent;
} relocatable;

struct path {
	struct dentry *dentry;
} relocatable;

struct file {
	struct path f_path;
	int f_flags;
} relocatable;

struct files_struct {
	struct file *fd_array[8]; /* more in the kernel */
	int next_fd;
} relocatable;

struct upid {
	int nr;
} relocatable;

struct pid {
	unsigned int level;
	struct upid numbers[]; /* flexible here and there */
} relocatable;

struct task_struct {
	int prio;
	int pid;
	struct files_struct *files;
	struct pid *thread_pid;
	char comm[16];
	unsigned sched_contributes_to_load : 1;
	unsigned no_cgroup_migration : 1;
	unsigned long atomic_flags;
	struct task_struct *group_leader;
} relocatable;

struct list_head {
	struct list_head *prev; /* the other way round in the kernel */
	struct list_head *next;
} relocatable;

/* as in the kernel */
struct list_head___same {
	struct list_head___same *next, *prev;
};

/* a member too many */
struct list_head___more {
	struct list_head___more *next, *prev, *middle;
};

/* a member of another type */
struct list_head___other {
	int next, prev;
};

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	long counter;
} atomic_t___wide;

typedef int pid_t;
typedef unsigned long pid_t___wide;

union nothing_like_it {
	int a;
};

enum pid_type {
	PIDTYPE_SID = 100,
	PIDTYPE_PID,
	PIDTYPE_NONE_SUCH,
};

enum pid_type___few {
	PIDTYPE_PGID___few = 5,
};

enum pid_type___wrong {
	PIDTYPE_NONE_SUCH___wrong = 5,
};

__u64 results[64];
struct list_head head = {};

#define note(value) results[index++] = (value)

SEC("raw_tp/sys_enter")
int fields(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	int index = 0;

	note(BPF_CORE_READ(task, files, fd_array[1], f_path.dentry, d_name.len));
	note(BPF_CORE_READ(task, files, fd_array[5], f_path.dentry, d_parent, d_name.hash));
	note(BPF_CORE_READ(task, files, next_fd));
	note(BPF_CORE_READ(task, thread_pid, numbers[0].nr));
	note(BPF_CORE_READ(task, thread_pid, numbers[3].nr));
	note(bpf_core_field_size(task->files->fd_array));
	note(bpf_core_field_size(task->comm));
	note(bpf_core_field_size(task->comm[2]));
	note(bpf_core_field_exists(task->thread_pid->numbers[2]));
	note(bpf_core_field_exists(task->files->fd_array[7]));
	note(__builtin_preserve_field_info(task->pid, BPF_FIELD_SIGNED));
	note(__builtin_preserve_field_info(task->atomic_flags, BPF_FIELD_SIGNED));
	note(__builtin_preserve_field_info(task->sched_contributes_to_load, BPF_FIELD_SIGNED));
	note(__builtin_preserve_field_info(task->sched_contributes_to_load, BPF_FIELD_BYTE_OFFSET));
	note(__builtin_preserve_field_info(task->sched_contributes_to_load, BPF_FIELD_BYTE_SIZE));
	note(__builtin_preserve_field_info(task->sched_contributes_to_load, BPF_FIELD_LSHIFT_U64));
	note(__builtin_preserve_field_info(task->sched_contributes_to_load, BPF_FIELD_RSHIFT_U64));
	note(__builtin_preserve_field_info(task->no_cgroup_migration, BPF_FIELD_LSHIFT_U64));
	note(__builtin_preserve_field_info(task->atomic_flags, BPF_FIELD_LSHIFT_U64));
	note(__builtin_preserve_field_info(task->atomic_flags, BPF_FIELD_RSHIFT_U64));
	note(BPF_CORE_READ_BITFIELD_PROBED(task, no_cgroup_migration));
	return 0;
}

SEC("raw_tp/sys_enter")
int trusted(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task_btf();
	int index = 32;

	note(task->prio);
	note(task->group_leader->pid);
	note(task->atomic_flags);
	note(task->comm[4]);
	note(BPF_CORE_READ_BITFIELD(task, no_cgroup_migration));
	return 0;
}

SEC("raw_tp/sys_enter")
int stores(void *ctx)
{
	struct list_head *place = &head;

	place->next = 0;
	place->prev = (void *)bpf_get_smp_processor_id();
	return 0;
}

SEC("raw_tp/sys_enter")
int whole_types(void *ctx)
{
	int index = 40;

	note(bpf_core_type_id_local(struct list_head));
	note(bpf_core_type_id_kernel(struct list_head));
	note(bpf_core_type_id_kernel(struct list_head___same));
	note(bpf_core_type_id_kernel(union nothing_like_it));
	note(bpf_core_type_exists(struct list_head___more));
	note(bpf_core_type_exists(union nothing_like_it));
	note(bpf_core_type_exists(pid_t));
	note(bpf_core_type_exists(atomic_t));
	note(bpf_core_type_exists(enum pid_type));
	note(bpf_core_type_size(pid_t));
	note(bpf_core_type_size(struct task_struct));
	note(bpf_core_type_size(atomic_t___wide));
	note(bpf_core_type_size(union nothing_like_it));
	note(bpf_core_type_matches(struct list_head___same));
	note(bpf_core_type_matches(struct list_head___more));
	note(bpf_core_type_matches(struct list_head___other));
	note(bpf_core_type_matches(struct list_head));
	note(bpf_core_type_matches(atomic_t));
	note(bpf_core_type_matches(atomic_t___wide));
	note(bpf_core_type_matches(pid_t));
	note(bpf_core_type_matches(pid_t___wide));
	note(bpf_core_type_matches(enum pid_type));
	note(bpf_core_type_matches(enum pid_type___few));
	note(bpf_core_type_matches(struct file));
	return 0;
}

__u64 values[8];

SEC("raw_tp/sys_enter")
int enumerators(void *ctx)
{
	values[0] = bpf_core_enum_value(enum pid_type, PIDTYPE_SID);
	values[1] = bpf_core_enum_value(enum pid_type___few, PIDTYPE_PGID___few);
	values[2] = bpf_core_enum_value_exists(enum pid_type, PIDTYPE_PID);
	values[3] = bpf_core_enum_value_exists(enum pid_type, PIDTYPE_NONE_SUCH);
	values[4] = bpf_core_enum_value_exists(enum pid_type___wrong, PIDTYPE_NONE_SUCH___wrong);
	if (bpf_core_enum_value_exists(enum pid_type, PIDTYPE_NONE_SUCH))
		values[5] = bpf_core_enum_value(enum pid_type, PIDTYPE_NONE_SUCH); /* poisoned, never reached */
	return 0;
}

SEC("?raw_tp/sys_enter")
int absent_value(void *ctx)
{
	return bpf_core_enum_value(enum pid_type, PIDTYPE_NONE_SUCH);
}

char LICENSE[] SEC("license") = "GPL";

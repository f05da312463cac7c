/* Six CO-RE programs, as a tracing tool has them: maps, constants, shared functions. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define relocated __attribute__((preserve_access_index))

struct mm_struct { unsigned long total_vm; } relocated;
struct cred { struct { unsigned val; } uid; } relocated;
struct task_struct {
	int pid, tgid;
	char comm[16];
	struct task_struct *real_parent, *group_leader;
	struct mm_struct *mm;
	const struct cred *cred;
	unsigned long long start_time;
	unsigned flags;
} relocated;

struct record { __u32 pid, ppid, uid; __u64 start, vm; char comm[16]; };

struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1024); __type(key, __u32); __type(value, struct record); }
	records SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 65536); } events SEC(".maps");

const volatile __u32 only_pid = 0;
__u64 seen[6];

static __attribute__((noinline)) int fill(struct record *record, struct task_struct *task)
{
	record->pid = BPF_CORE_READ(task, tgid);
	record->ppid = BPF_CORE_READ(task, real_parent, tgid);
	record->uid = BPF_CORE_READ(task, cred, uid.val);
	record->start = BPF_CORE_READ(task, group_leader, start_time);
	record->vm = BPF_CORE_READ(task, mm, total_vm);
	bpf_probe_read_kernel_str(record->comm, sizeof(record->comm), __builtin_preserve_access_index(&task->comm));
	return 0;
}

static __attribute__((noinline)) int note(int which)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct record record = {};
	__u32 pid = BPF_CORE_READ(task, tgid);

	if (only_pid && pid != only_pid)
		return 0;
	fill(&record, task);
	bpf_map_update_elem(&records, &pid, &record, BPF_ANY);
	bpf_ringbuf_output(&events, &record, sizeof(record), 0);
	return which;
}

#define PROGRAM(number, name) \
	SEC("raw_tp/" name) int program_##number(void *ctx) { seen[number]++; return note(number) & 0; }
PROGRAM(0, "sys_enter")
PROGRAM(1, "sys_exit")
PROGRAM(2, "sched_switch")
PROGRAM(3, "sched_process_exec")
PROGRAM(4, "sched_process_fork")
PROGRAM(5, "sched_process_exit")
char LICENSE[] SEC("license") = "GPL";

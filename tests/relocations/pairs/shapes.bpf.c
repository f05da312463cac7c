#include "common.h"

__u64 number;
char text[16];
__u32 row[4];

struct address {
	__u16 family, port;
	__u32 host;
};

struct address last;

typedef struct {
	union {
		struct {
			__u8 major, minor;
		};
		__u16 both;
	};
	unsigned ready : 1, count : 7;
} relocatable state_t;

struct slot {
	char name[16];
	__u32 values[4];
	state_t state;
	__u32 *where;
	struct slot **others;
} relocatable;

struct board {
	__u32 grid[3][4];
	struct slot slots[4], *lines[2];
	state_t states[2];
	struct address peers[2];
	struct slot *pairs[2][2];
	char names[4][16];
} relocatable;

SEC("raw_tp/sys_enter")
int rows_and_columns(void *ctx)
{
	struct board *board = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(board, grid[1][2]) + BPF_CORE_READ(board, slots[2].values[3]);
	return 0;
}

SEC("raw_tp/sys_enter")
int pointers_in_rows(void *ctx)
{
	struct board *board = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(board, pairs[1][0], state.both);
	return 0;
}

SEC("raw_tp/sys_enter")
int text_of_an_element(void *ctx)
{
	struct board *board = (void *)bpf_get_current_task();

	BPF_CORE_READ_STR_INTO(&text, board, slots[3].name);
	return 0;
}

SEC("raw_tp/sys_enter")
int text_behind_an_element(void *ctx)
{
	struct board *board = (void *)bpf_get_current_task();
	__u32 index = number & 1;

	BPF_CORE_READ_STR_INTO(&text, board, lines[index], name);
	return 0;
}

SEC("raw_tp/sys_enter")
int text_in_a_row(void *ctx)
{
	struct board *board = (void *)bpf_get_current_task();

	BPF_CORE_READ_STR_INTO(&text, board, names[2]);
	number = BPF_CORE_READ(board, names[1][5]);
	return 0;
}

SEC("raw_tp/sys_enter")
int whole_array_of_an_element(void *ctx)
{
	struct board *board = (void *)bpf_get_current_task();

	BPF_CORE_READ_INTO(&row, board, slots[1].values);
	return 0;
}

SEC("raw_tp/sys_enter")
int whole_element(void *ctx)
{
	struct board *board = (void *)bpf_get_current_task();

	BPF_CORE_READ_INTO(&last, board, peers[1]);
	number = last.host;
	return 0;
}

SEC("raw_tp/sys_enter")
int anonymous_in_an_element(void *ctx)
{
	struct board *board = (void *)bpf_get_current_task();

	number = BPF_CORE_READ(board, states[1].minor) + BPF_CORE_READ(board, slots[1].state.both);
	return 0;
}

SEC("raw_tp/sys_enter")
int bits_of_an_element(void *ctx)
{
	struct board *board = (void *)bpf_get_current_task();

	number = BPF_CORE_READ_BITFIELD_PROBED(board, slots[2].state.count);
	return 0;
}

SEC("raw_tp/sys_enter")
int bits_behind_an_element(void *ctx)
{
	struct board *board = (void *)bpf_get_current_task();
	struct slot *line = BPF_CORE_READ(board, lines[1]);

	number = BPF_CORE_READ_BITFIELD_PROBED(line, state.ready);
	return 0;
}

SEC("raw_tp/sys_enter")
int number_behind_a_pointer(void *ctx)
{
	struct board *board = (void *)bpf_get_current_task();
	__u32 *where = BPF_CORE_READ(board, lines[1], where), found = 0;

	bpf_probe_read_kernel(&found, sizeof(found), where);
	number = found;
	return 0;
}

SEC("raw_tp/sys_enter")
int of_users(void *ctx)
{
	struct board *board = (void *)bpf_get_current_task();

	number = BPF_CORE_READ_USER(board, lines[1], values[2]) + BPF_CORE_READ_USER(board, slots[1].state.both);
	return 0;
}

SEC("raw_tp/sys_enter")
int facts(void *ctx)
{
	struct board *board = (void *)bpf_get_current_task();

	number = bpf_core_field_exists(board->slots[1].state.minor) + bpf_core_field_size(board->grid) +
		 bpf_core_field_size(board->lines[1]->name) + bpf_core_field_size(board->pairs) +
		 bpf_core_field_exists(board->pairs[1][0]->state.ready);
	return 0;
}

SEC("raw_tp/sys_enter")
int trusted(void *ctx)
{
	struct board *board = (void *)bpf_get_current_task_btf();

	number = board->slots[2].values[3] + board->slots[3].state.both + board->lines[1]->values[1];
	return 0;
}

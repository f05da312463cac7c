/* Prototypes of what Linux 7 adds to lists, as types: kernels of the tests' machines need not have them. */

struct bpf_list_head {
	unsigned long __opaque[2];
};

struct bpf_list_node {
	unsigned long __opaque[3];
};

int bpf_list_add(struct bpf_list_head *head, struct bpf_list_node *new, struct bpf_list_node *prev__nonown_allowed)
{
	return 0;
}

struct bpf_list_node *bpf_list_del(struct bpf_list_head *head, struct bpf_list_node *node__nonown_allowed)
{
	return 0;
}

_Bool bpf_list_is_first(struct bpf_list_head *head, struct bpf_list_node *node__nonown_allowed)
{
	return 0;
}

_Bool bpf_list_is_last(struct bpf_list_head *head, struct bpf_list_node *node__nonown_allowed)
{
	return 0;
}

_Bool bpf_list_empty(struct bpf_list_head *head)
{
	return 0;
}

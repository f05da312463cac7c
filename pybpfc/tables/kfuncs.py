"""Kernel functions (kfuncs): what their prototypes in BTF do not say, by name.

A kernel's BTF has the prototypes, and from 6.10 on a tag that says which functions programs may call. Flags are in
sets that BTF does not carry: they stand here, as the BTF_ID_FLAGS() lines of kernel/bpf/helpers.c, cpumask.c,
crypto.c, fs/bpf_fs_kfuncs.c, net/core/filter.c, net/core/xdp.c, net/netfilter/nf_conntrack_bpf.c, ... give them.
Functions without flags that nothing needs to know more about have no row.
"""

from __future__ import annotations

from .rows import KernelFunction, KernelIterator, Section, TakesObject

_ITERATOR = "&bpf_iter_num:8:8"

# What the language itself calls, with prototypes of its own: these are there without any BTF.
_BUILT_IN = (
    KernelFunction("bpf_iter_num_new", (_ITERATOR, "s32", "s32"), "s32", since="6.4"),
    KernelFunction("bpf_iter_num_next", (_ITERATOR,), "&s32?", since="6.4"),
    KernelFunction("bpf_iter_num_destroy", (_ITERATOR,), since="6.4"),
    KernelFunction("bpf_rcu_read_lock", (), since="6.2", acquires="rcu_read_lock"),
    KernelFunction("bpf_rcu_read_unlock", (), since="6.2", releases="rcu_read_lock"),
    KernelFunction("bpf_preempt_disable", (), since="6.10", acquires="preempt_disable"),
    KernelFunction("bpf_preempt_enable", (), since="6.10", releases="preempt_disable"),
)
_BY_NAME = {row.name: row for row in _BUILT_IN}

# name: (Linux version that brought it, KF_ flags)
_ROWS: dict[str, tuple[str, str]] = {
    # tasks
    "bpf_task_acquire": ("6.2", "ACQUIRE RCU RET_NULL"),
    "bpf_task_release": ("6.2", "RELEASE"),
    "bpf_task_from_pid": ("6.2", "ACQUIRE RET_NULL"),
    "bpf_task_from_vpid": ("6.13", "ACQUIRE RET_NULL"),
    "bpf_task_get_cgroup1": ("6.8", "ACQUIRE RCU RET_NULL"),
    "bpf_task_under_cgroup": ("6.5", "RCU"),
    "bpf_send_signal_task": ("6.13", "TRUSTED_ARGS"),
    # control groups
    "bpf_cgroup_acquire": ("6.2", "ACQUIRE RCU RET_NULL"),
    "bpf_cgroup_release": ("6.2", "RELEASE"),
    "bpf_cgroup_ancestor": ("6.2", "ACQUIRE RCU RET_NULL"),
    "bpf_cgroup_from_id": ("6.3", "ACQUIRE RET_NULL"),
    "bpf_cgroup_read_xattr": ("6.17", "RCU"),
    "css_rstat_flush": ("6.1", "SLEEPABLE"),
    "cgroup_rstat_flush": ("6.1", "SLEEPABLE"),  # until 6.15, by the cgroup
    "bpf_get_mem_cgroup": ("7", "ACQUIRE RCU RET_NULL"),
    "bpf_get_root_mem_cgroup": ("7", "ACQUIRE RET_NULL"),
    "bpf_put_mem_cgroup": ("7", "RELEASE"),
    "bpf_mem_cgroup_flush_stats": ("7", "SLEEPABLE"),
    # cpu masks
    "bpf_cpumask_create": ("6.3", "ACQUIRE RET_NULL"),
    "bpf_cpumask_acquire": ("6.3", "ACQUIRE TRUSTED_ARGS"),
    "bpf_cpumask_release": ("6.3", "RELEASE"),
    **dict.fromkeys((
        "bpf_cpumask_and", "bpf_cpumask_clear", "bpf_cpumask_clear_cpu", "bpf_cpumask_copy", "bpf_cpumask_empty",
        "bpf_cpumask_equal", "bpf_cpumask_first", "bpf_cpumask_first_zero", "bpf_cpumask_full",
        "bpf_cpumask_intersects", "bpf_cpumask_or", "bpf_cpumask_set_cpu", "bpf_cpumask_setall", "bpf_cpumask_subset",
        "bpf_cpumask_test_and_clear_cpu", "bpf_cpumask_test_and_set_cpu", "bpf_cpumask_test_cpu", "bpf_cpumask_xor",
    ), ("6.3", "RCU")),
    "bpf_cpumask_first_and": ("6.5", "RCU"),
    "bpf_cpumask_any_distribute": ("6.5", "RCU"),
    "bpf_cpumask_any_and_distribute": ("6.5", "RCU"),
    "bpf_cpumask_weight": ("6.8", "RCU"),
    "bpf_cpumask_populate": ("6.15", "RCU"),
    # files and keys
    "bpf_get_task_exe_file": ("6.12", "ACQUIRE TRUSTED_ARGS RET_NULL"),
    "bpf_put_file": ("6.12", "RELEASE"),
    "bpf_path_d_path": ("6.12", "TRUSTED_ARGS"),
    "bpf_get_dentry_xattr": ("6.12", "SLEEPABLE TRUSTED_ARGS"),
    "bpf_get_file_xattr": ("6.8", "SLEEPABLE TRUSTED_ARGS"),
    "bpf_set_dentry_xattr": ("6.14", "SLEEPABLE TRUSTED_ARGS"),
    "bpf_remove_dentry_xattr": ("6.14", "SLEEPABLE TRUSTED_ARGS"),
    "bpf_real_data_inode": ("7", "RET_NULL SLEEPABLE"),
    "bpf_lookup_user_key": ("6.1", "ACQUIRE RET_NULL SLEEPABLE"),
    "bpf_lookup_system_key": ("6.1", "ACQUIRE RET_NULL"),
    "bpf_key_put": ("6.1", "RELEASE"),
    "bpf_verify_pkcs7_signature": ("6.1", "SLEEPABLE"),
    # user memory
    "bpf_copy_from_user_str": ("6.12", "SLEEPABLE"),
    "bpf_copy_from_user_task_str": ("6.15", "SLEEPABLE"),
    "bpf_copy_from_user_dynptr": ("6.16", "SLEEPABLE"),
    "bpf_copy_from_user_str_dynptr": ("6.16", "SLEEPABLE"),
    "bpf_copy_from_user_task_dynptr": ("6.16", "SLEEPABLE TRUSTED_ARGS"),
    "bpf_copy_from_user_task_str_dynptr": ("6.16", "SLEEPABLE TRUSTED_ARGS"),
    # dynptrs
    "bpf_dynptr_slice": ("6.4", "RET_NULL"),
    "bpf_dynptr_slice_rdwr": ("6.4", "RET_NULL"),
    "bpf_dynptr_from_skb": ("6.4", "TRUSTED_ARGS"),
    "bpf_dynptr_from_xdp": ("6.4", ""),
    **dict.fromkeys(("bpf_dynptr_adjust", "bpf_dynptr_is_null", "bpf_dynptr_is_rdonly", "bpf_dynptr_size",
                     "bpf_dynptr_clone"), ("6.5", "")),
    "bpf_dynptr_from_file": ("7", ""),
    "bpf_dynptr_file_discard": ("7", "RELEASE"),
    "bpf_dynptr_copy": ("6.15", ""),
    "bpf_dynptr_memset": ("6.17", ""),
    # deferred work
    **dict.fromkeys(("bpf_wq_init", "bpf_wq_start", "bpf_wq_set_callback", "bpf_wq_set_callback_impl"), ("6.10", "")),
    # contexts
    **dict.fromkeys(("bpf_cast_to_kern_ctx", "bpf_rdonly_cast"), ("6.2", "")),
    # congestion control
    **dict.fromkeys(("tcp_reno_ssthresh", "tcp_reno_cong_avoid", "tcp_reno_undo_cwnd", "tcp_slow_start",
                     "tcp_cong_avoid_ai"), ("5.13", "")),
    # networking
    "bpf_skb_ct_alloc": ("6.0", "ACQUIRE RET_NULL"),
    "bpf_xdp_ct_alloc": ("6.0", "ACQUIRE RET_NULL"),
    "bpf_skb_ct_lookup": ("5.18", "ACQUIRE RET_NULL"),
    "bpf_xdp_ct_lookup": ("5.18", "ACQUIRE RET_NULL"),
    "bpf_ct_insert_entry": ("6.0", "ACQUIRE RET_NULL RELEASE"),
    "bpf_ct_release": ("5.18", "RELEASE"),
    "bpf_ct_set_timeout": ("6.0", "TRUSTED_ARGS"),
    "bpf_ct_change_timeout": ("6.0", "TRUSTED_ARGS"),
    "bpf_ct_set_status": ("6.0", "TRUSTED_ARGS"),
    "bpf_ct_change_status": ("6.0", "TRUSTED_ARGS"),
    "bpf_xdp_get_xfrm_state": ("6.8", "ACQUIRE RET_NULL"),
    "bpf_xdp_xfrm_state_release": ("6.8", "RELEASE"),
    "bpf_sock_destroy": ("6.5", "TRUSTED_ARGS"),
    "bpf_sk_assign_tcp_reqsk": ("6.9", "TRUSTED_ARGS"),
    "bpf_kfree_skb": ("6.16", "RELEASE"),
    "bpf_qdisc_skb_drop": ("6.16", "RELEASE"),
    "bpf_ksock_create": ("7", "ACQUIRE RET_NULL SLEEPABLE"),
    "bpf_ksock_acquire": ("7", "ACQUIRE RCU RET_NULL"),
    "bpf_ksock_release": ("7", "RELEASE"),
    **dict.fromkeys(("bpf_ksock_connect", "bpf_ksock_send"), ("7", "SLEEPABLE")),
    "bpf_crypto_ctx_create": ("6.10", "ACQUIRE RET_NULL SLEEPABLE"),
    "bpf_crypto_ctx_acquire": ("6.10", "ACQUIRE RCU RET_NULL"),
    "bpf_crypto_ctx_release": ("6.10", "RELEASE"),
    "bpf_crypto_encrypt": ("6.10", "RCU"),
    "bpf_crypto_decrypt": ("6.10", "RCU"),
    # the program's own objects
    "bpf_obj_new": ("6.2", "ACQUIRE RET_NULL"),
    "bpf_obj_drop": ("6.2", "RELEASE"),
    "bpf_percpu_obj_new": ("6.7", "ACQUIRE RET_NULL"),
    "bpf_percpu_obj_drop": ("6.7", "RELEASE"),
    "bpf_refcount_acquire": ("6.4", "ACQUIRE RET_NULL"),
    # lists and trees of them
    **dict.fromkeys(("bpf_list_push_front", "bpf_list_push_back"), ("6.2", "")),
    "bpf_rbtree_add": ("6.3", ""),
    **dict.fromkeys(("bpf_list_pop_front", "bpf_list_pop_back"), ("6.2", "ACQUIRE RET_NULL")),
    "bpf_list_del": ("7", "ACQUIRE RET_NULL"),
    **dict.fromkeys(("bpf_list_add", "bpf_list_is_first", "bpf_list_is_last", "bpf_list_empty"), ("7", "")),
    **dict.fromkeys(("bpf_list_front", "bpf_list_back", "bpf_rbtree_root", "bpf_rbtree_left", "bpf_rbtree_right"),
                    ("6.16", "RET_NULL")),
    "bpf_rbtree_remove": ("6.3", "ACQUIRE RET_NULL"),
    "bpf_rbtree_first": ("6.3", "RET_NULL"),
    # sections
    **dict.fromkeys(("bpf_local_irq_save", "bpf_local_irq_restore"), ("6.14", "")),
    **dict.fromkeys(("bpf_res_spin_lock", "bpf_res_spin_unlock", "bpf_res_spin_lock_irqsave",
                     "bpf_res_spin_unlock_irqrestore"), ("6.15", "")),
    # queueing disciplines
    **dict.fromkeys(("bpf_qdisc_skb_drop", "bpf_kfree_skb"), ("6.16", "RELEASE")),
    **dict.fromkeys(("bpf_skb_get_hash", "bpf_qdisc_watchdog_schedule", "bpf_qdisc_bstats_update"),
                    ("6.16", "TRUSTED_ARGS")),
    # the rest
    "bpf_arena_alloc_pages": ("6.9", "TRUSTED_ARGS SLEEPABLE ARENA_RET ARENA_ARG2"),
    "bpf_arena_free_pages": ("6.9", "TRUSTED_ARGS SLEEPABLE ARENA_ARG2"),
    "bpf_arena_reserve_pages": ("6.17", "SLEEPABLE ARENA_ARG2"),
    "bpf_get_kmem_cache": ("6.13", "RET_NULL UNTRUSTED"),
    "bpf_io_uring_get_region": ("7", "RET_NULL"),
    "bpf_io_uring_submit_sqes": ("7", "SLEEPABLE"),
    "bpf_wakeup_sources_read_lock": ("7", "ACQUIRE"),
    "bpf_wakeup_sources_read_unlock": ("7", "RELEASE"),
    "bpf_map_sum_elem_count": ("6.6", "TRUSTED_ARGS"),
    "bpf_throw": ("6.7", ""),
    "crash_kexec": ("6.1", "DESTRUCTIVE"),
    "hid_bpf_allocate_context": ("6.3", "ACQUIRE RET_NULL SLEEPABLE"),
    "hid_bpf_release_context": ("6.3", "RELEASE SLEEPABLE"),
    "hid_bpf_hw_request": ("6.3", "SLEEPABLE"),
    "hid_bpf_get_data": ("6.3", "RET_NULL"),
    # sched_ext
    "scx_bpf_create_dsq": ("6.12", "SLEEPABLE"),
    "scx_bpf_consume": ("6.12", ""),
    "scx_bpf_dsq_move_to_local": ("6.13", ""),
    **dict.fromkeys(("scx_bpf_dispatch", "scx_bpf_dispatch_vtime", "scx_bpf_dispatch_from_dsq",
                     "scx_bpf_dispatch_vtime_from_dsq", "scx_bpf_dispatch_from_dsq_set_slice",
                     "scx_bpf_dispatch_from_dsq_set_vtime"), ("6.12", "RCU")),
    **dict.fromkeys(("scx_bpf_dsq_insert", "scx_bpf_dsq_insert_vtime", "scx_bpf_dsq_move", "scx_bpf_dsq_move_vtime",
                     "scx_bpf_dsq_move_set_slice", "scx_bpf_dsq_move_set_vtime"), ("6.13", "RCU")),
    "scx_bpf_task_cgroup": ("6.12", "ACQUIRE RCU"),
    "scx_bpf_get_possible_cpumask": ("6.12", "ACQUIRE"),
    "scx_bpf_get_online_cpumask": ("6.12", "ACQUIRE"),
    "scx_bpf_put_cpumask": ("6.12", "RELEASE"),
    "scx_bpf_get_idle_cpumask": ("6.12", "ACQUIRE"),
    "scx_bpf_get_idle_smtmask": ("6.12", "ACQUIRE"),
    **dict.fromkeys(("scx_bpf_get_idle_cpumask_node", "scx_bpf_get_idle_smtmask_node"), ("6.15", "ACQUIRE")),
    "scx_bpf_locked_rq": ("6.18", "RET_NULL"),
    "scx_bpf_cpu_curr": ("6.18", "RET_NULL RCU_PROTECTED"),
    **dict.fromkeys(("scx_bpf_cid_curr", "scx_bpf_dsq_peek", "scx_bpf_tid_to_task"), ("7", "RET_NULL RCU_PROTECTED")),
    "scx_bpf_cid_override": ("7", "SLEEPABLE"),
    "scx_bpf_put_idle_cpumask": ("6.12", "RELEASE"),
    # the kernel's own tests
    **dict.fromkeys(("bpf_kfunc_call_test_release", "bpf_kfunc_call_memb_release"), ("5.18", "RELEASE")),
}

# Functions that headers give a shorter name, by which they are called: `bpf_wq_set_callback` is a macro for the one
# with `_impl`, whose last argument the verifier fills in. Newer kernels have it under the short name.
MACROS = frozenset((
    "bpf_wq_set_callback", "bpf_task_work_schedule_signal", "bpf_task_work_schedule_resume", "bpf_obj_new",
    "bpf_obj_drop", "bpf_percpu_obj_new", "bpf_percpu_obj_drop", "bpf_refcount_acquire", "bpf_list_push_front",
    "bpf_list_push_back", "bpf_rbtree_add"))

# What is no function to call, by name: why not.
REFUSED = {"__bpf_trap": "LLVM puts it where it takes a path for impossible, and such an object is refused"}

# Structs by which the program's objects are linked.
NODES = ("bpf_list_node", "bpf_rb_node")

# What takes an object of the program over: check_kfunc_call() in kernel/bpf/verifier.c.
TAKES = {row.name: row for row in (
    TakesObject("bpf_obj_drop", 0),
    TakesObject("bpf_percpu_obj_drop", 0),
    TakesObject("bpf_list_push_front", 1, lends=True),
    TakesObject("bpf_list_push_back", 1, lends=True),
    TakesObject("bpf_list_add", 1, lends=True),
    TakesObject("bpf_rbtree_add", 1, lends=True),
)}

# What is held between two calls. The helper of a lock is here for its order alone.
SECTIONS = (
    Section("bpf_rcu_read_lock", "bpf_rcu_read_unlock", "rcu_read_lock"),
    Section("bpf_preempt_disable", "bpf_preempt_enable", "preempt_disable"),
    Section("bpf_local_irq_save", "bpf_local_irq_restore", "local_irq_save"),
    Section("bpf_spin_lock", "bpf_spin_unlock", "bpf_spin_lock", protects=True),
    Section("bpf_res_spin_lock", "bpf_res_spin_unlock", "bpf_res_spin_lock", fails=True, protects=True),
    Section("bpf_res_spin_lock_irqsave", "bpf_res_spin_unlock_irqrestore", "bpf_res_spin_lock_irqsave", fails=True,
            protects=True),
    Section("bpf_dynptr_from_file", "bpf_dynptr_file_discard", "file_dynptr", ordered=False),
)
SECTION_OF = {name: row for row in SECTIONS for name in (row.enter, row.leave)}
LOCKS = tuple(row.kind for row in SECTIONS if row.protects)  # check_reg_allocation_locked() in kernel/bpf/verifier.c

# What may be called while a lock is held, beside what goes through lists and trees: kfunc_spin_allowed() in
# kernel/bpf/verifier.c. Of helpers only the one that gives the lock back.
UNDER_LOCK = frozenset((
    "bpf_refcount_acquire", "bpf_iter_num_new", "bpf_iter_num_next", "bpf_iter_num_destroy", "bpf_res_spin_lock",
    "bpf_res_spin_unlock", "bpf_res_spin_lock_irqsave", "bpf_res_spin_unlock_irqrestore", "bpf_arena_alloc_pages",
    "bpf_arena_free_pages", "bpf_arena_reserve_pages", "bpf_stream_vprintk", "bpf_stream_print_stack"))

# What takes no result but 0 of its callback; others take 0 and 1: set_timer_callback_state() and its neighbours in
# kernel/bpf/verifier.c.
NO_RESULT_OF_CALLBACK = frozenset((
    "bpf_timer_set_callback", "bpf_wq_set_callback", "bpf_task_work_schedule_signal", "bpf_task_work_schedule_resume"))

# Functions that Linux 6.13 gave another name: the new one by the old, which is all that 6.12 knows, with the same
# prototype.
_RENAMED = {
    "scx_bpf_dispatch": "scx_bpf_dsq_insert",
    "scx_bpf_dispatch_vtime": "scx_bpf_dsq_insert_vtime",
    "scx_bpf_consume": "scx_bpf_dsq_move_to_local",
    "scx_bpf_dispatch_from_dsq": "scx_bpf_dsq_move",
    "scx_bpf_dispatch_vtime_from_dsq": "scx_bpf_dsq_move_vtime",
    "scx_bpf_dispatch_from_dsq_set_slice": "scx_bpf_dsq_move_set_slice",
    "scx_bpf_dispatch_from_dsq_set_vtime": "scx_bpf_dsq_move_set_vtime",
}
_OTHER_NAME = _RENAMED | {new: old for old, new in _RENAMED.items()}

# What gives an acquired object back, by its struct: the way out that messages name.
RELEASED_BY = {
    "task_struct": "bpf_task_release", "cgroup": "bpf_cgroup_release", "bpf_cpumask": "bpf_cpumask_release",
    "cpumask": "scx_bpf_put_cpumask", "mem_cgroup": "bpf_put_mem_cgroup", "bpf_ksock": "bpf_ksock_release",
    "bpf_ws_lock": "bpf_wakeup_sources_read_unlock",
    "bpf_crypto_ctx": "bpf_crypto_ctx_release", "file": "bpf_put_file",
    "bpf_key": "bpf_key_put", "nf_conn": "bpf_ct_release", "nf_conn___init": "bpf_ct_insert_entry",
    "sk_buff": "bpf_kfree_skb", "xfrm_state": "bpf_xdp_xfrm_state_release", "hid_bpf_ctx": "hid_bpf_release_context",
}

# Open-coded iterators: the second half of each name, sizes from the BTF of Linux 6.18.
ITERATORS = {row.name: row for row in (
    KernelIterator("num", 8, "6.4"),
    KernelIterator("task", 24, "6.7", rcu=True, trusted=True),
    KernelIterator("task_vma", 8, "6.7"),
    KernelIterator("css", 24, "6.7", rcu=True, trusted=True),
    KernelIterator("css_task", 8, "6.7", trusted=True),
    KernelIterator("bits", 16, "6.11"),
    KernelIterator("kmem_cache", 8, "6.13", sleepable=True),
    KernelIterator("dmabuf", 8, "6.17", sleepable=True),
    KernelIterator("scx_dsq", 48, "6.12", rcu=True),
)}


def by_name(name: str) -> KernelFunction:
    """The row of a kernel function that the language itself calls; KeyError for a name that has none."""
    return _BY_NAME[name]


def built_in(name: str) -> KernelFunction | None:
    """The row of a kernel function with a prototype of its own; None where BTF has to be asked."""
    return _BY_NAME.get(name)


def known(name: str) -> bool:
    """Whether the table says of a function that programs may call it: kernels before 6.10 do not mark them."""
    return plain(name) in _ROWS or name in _BY_NAME or iterator_of(name) is not None


def plain(name: str) -> str:
    """The name by which programs know a function: without the `_impl` that headers hide behind a macro."""
    return name if name in _ROWS else name.removesuffix("_impl")


def other_name(name: str) -> str:
    """The name that a function has in older or newer kernels; "" for one that was never renamed."""
    return _OTHER_NAME.get(name, "")


def flags(name: str) -> frozenset[str]:
    """The KF_ flags of a function without their prefix; empty where the table has no row."""
    iterator = iterator_of(name)
    if iterator is not None:
        return frozenset((*(("RET_NULL",) if name.endswith("_next") else ()),
                          *(("RCU_PROTECTED",) if iterator.rcu and name.endswith("_new") else ()),
                          *(("TRUSTED_ARGS",) if iterator.trusted and name.endswith("_new") else ()),
                          *(("SLEEPABLE",) if iterator.sleepable else ())))
    return frozenset(_ROWS.get(plain(name), ("", ""))[1].split())


def since(name: str) -> str:
    """The Linux version that brought a function; "" where the table does not say."""
    found = iterator_of(name)
    return found.since if found is not None else _ROWS.get(plain(name), ("", ""))[0]


def iterator_of(name: str) -> KernelIterator | None:
    """The iterator that a function belongs to, `bpf_iter_task_next`."""
    head, _, last = name.rpartition("_")
    if not head.startswith("bpf_iter_") or last not in ("new", "next", "destroy"):
        return None
    return ITERATORS.get(head.removeprefix("bpf_iter_"))

"""Kernel functions as a program calls them; at run time each name is looked up in BTF.

Written by ``python -m pybpfc.tables.generate.kernel_types`` from the snapshot of kernel types. A function
that is not here is Any, and so are types that `pybpfc.vmlinux` has no stub of.
"""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from pybpfc_runtime.values import Array, Ptr, Str, Struct, be16, s32, s64, u8, u16, u32, u64

from . import kernel_objects, vmlinux
from .kernel_objects import bpf_res_spin_lock as bpf_res_spin_lock
from .maps import Map
from .scopes import bpf_local_irq_save as bpf_local_irq_save
from .scopes import bpf_preempt_disable as bpf_preempt_disable
from .scopes import bpf_rcu_read_lock as bpf_rcu_read_lock

_T = TypeVar("_T")
_Writable: TypeAlias = Str | Array[Any] | Struct | Ptr[Any]
_Readable: TypeAlias = Str | Array[Any] | Struct | Ptr[Any] | str | bytes | int

def __getattr__(name: str) -> Any: ...
def bbr_cwnd_event(sk: vmlinux.sock, event: u32) -> None:
    """In C: void bbr_cwnd_event(struct sock *sk, enum tcp_ca_event event)
    """
def bbr_init(sk: vmlinux.sock) -> None:
    """In C: void bbr_init(struct sock *sk)
    """
def bbr_main(sk: vmlinux.sock, ack: u32, flag: s32, rs: Any) -> None:
    """In C: void bbr_main(struct sock *sk, u32 ack, int flag, struct rate_sample *rs)
    """
def bbr_min_tso_segs(sk: vmlinux.sock) -> u32:
    """In C: u32 bbr_min_tso_segs(struct sock *sk)
    """
def bbr_set_state(sk: vmlinux.sock, new_state: u8) -> None:
    """In C: void bbr_set_state(struct sock *sk, u8 new_state)
    """
def bbr_sndbuf_expand(sk: vmlinux.sock) -> u32:
    """In C: u32 bbr_sndbuf_expand(struct sock *sk)
    """
def bbr_ssthresh(sk: vmlinux.sock) -> u32:
    """In C: u32 bbr_ssthresh(struct sock *sk)
    """
def bbr_undo_cwnd(sk: vmlinux.sock) -> u32:
    """In C: u32 bbr_undo_cwnd(struct sock *sk)
    """
def bpf_arena_alloc_pages(p: Map[Any, Any], addr: object, page_cnt: u32, node_id: s32, flags: u64 = 0) -> u64:
    """In C: void *bpf_arena_alloc_pages(void *p__map, void *addr__ign, u32 page_cnt, int node_id, u64 flags)
    Since Linux 6.9. Sleepable programs only.
    """
def bpf_arena_free_pages(p: Map[Any, Any], ptr: object, page_cnt: u32) -> None:
    """In C: void bpf_arena_free_pages(void *p__map, void *ptr__ign, u32 page_cnt)
    Since Linux 6.9. Sleepable programs only.
    """
def bpf_arena_reserve_pages(p: Map[Any, Any], ptr: object, page_cnt: u32) -> s32:
    """In C: int bpf_arena_reserve_pages(void *p__map, void *ptr__ign, u32 page_cnt)
    Since Linux 6.17. Sleepable programs only.
    """
def bpf_cgroup_acquire(cgrp: vmlinux.cgroup) -> vmlinux.cgroup | None:
    """In C: struct cgroup *bpf_cgroup_acquire(struct cgroup *cgrp)
    Since Linux 6.2. What it gives must be released.
    """
def bpf_cgroup_ancestor(cgrp: vmlinux.cgroup, level: s32) -> vmlinux.cgroup | None:
    """In C: struct cgroup *bpf_cgroup_ancestor(struct cgroup *cgrp, int level)
    Since Linux 6.2. What it gives must be released.
    """
def bpf_cgroup_from_id(cgid: u64) -> vmlinux.cgroup | None:
    """In C: struct cgroup *bpf_cgroup_from_id(u64 cgid)
    Since Linux 6.3. What it gives must be released.
    """
def bpf_cgroup_read_xattr(cgroup: vmlinux.cgroup, name: str, value_p: kernel_objects.bpf_dynptr) -> s32:
    """In C: int bpf_cgroup_read_xattr(struct cgroup *cgroup, char *name__str, struct bpf_dynptr *value_p)
    Since Linux 6.17.
    """
def bpf_cgroup_release(cgrp: vmlinux.cgroup) -> None:
    """In C: void bpf_cgroup_release(struct cgroup *cgrp)
    Since Linux 6.2.
    """
def bpf_copy_from_user_dynptr(dptr: kernel_objects.bpf_dynptr, off: u32, size: u32, unsafe_ptr: object) -> s32:
    """In C: int bpf_copy_from_user_dynptr(struct bpf_dynptr *dptr, u32 off, u32 size, void *unsafe_ptr__ign)
    Since Linux 6.16. Sleepable programs only.
    """
def bpf_copy_from_user_str(dst: _Writable, unsafe_ptr: object, flags: u64 = 0) -> s32:
    """In C: int bpf_copy_from_user_str(void *dst, u32 dst__sz, void *unsafe_ptr__ign, u64 flags)
    Since Linux 6.12. Sleepable programs only.
    """
def bpf_copy_from_user_str_dynptr(dptr: kernel_objects.bpf_dynptr, off: u32, size: u32, unsafe_ptr: object) -> s32:
    """In C: int bpf_copy_from_user_str_dynptr(struct bpf_dynptr *dptr, u32 off, u32 size, void *unsafe_ptr__ign)
    Since Linux 6.16. Sleepable programs only.
    """
def bpf_copy_from_user_task_dynptr(
    dptr: kernel_objects.bpf_dynptr, off: u32, size: u32, unsafe_ptr: object, tsk: vmlinux.task_struct
) -> s32:
    """In C: int bpf_copy_from_user_task_dynptr(struct bpf_dynptr *dptr, u32 off, u32 size, void *unsafe_ptr__ign,
    struct task_struct *tsk)
    Since Linux 6.16. Sleepable programs only.
    """
def bpf_copy_from_user_task_str(dst: _Writable, unsafe_ptr: object, tsk: vmlinux.task_struct, flags: u64 = 0) -> s32:
    """In C: int bpf_copy_from_user_task_str(void *dst, u32 dst__sz, void *unsafe_ptr__ign, struct task_struct *tsk,
    u64 flags)
    Since Linux 6.15. Sleepable programs only.
    """
def bpf_copy_from_user_task_str_dynptr(
    dptr: kernel_objects.bpf_dynptr, off: u32, size: u32, unsafe_ptr: object, tsk: vmlinux.task_struct
) -> s32:
    """In C: int bpf_copy_from_user_task_str_dynptr(struct bpf_dynptr *dptr, u32 off, u32 size, void
    *unsafe_ptr__ign, struct task_struct *tsk)
    Since Linux 6.16. Sleepable programs only.
    """
def bpf_cpumask_acquire(cpumask: Any) -> Any:
    """In C: struct bpf_cpumask *bpf_cpumask_acquire(struct bpf_cpumask *cpumask)
    Since Linux 6.3. What it gives must be released.
    """
def bpf_cpumask_and(dst: Any, src1: Any, src2: Any) -> bool:
    """In C: bool bpf_cpumask_and(struct bpf_cpumask *dst, struct cpumask *src1, struct cpumask *src2)
    Since Linux 6.3.
    """
def bpf_cpumask_any_and_distribute(src1: Any, src2: Any) -> u32:
    """In C: u32 bpf_cpumask_any_and_distribute(struct cpumask *src1, struct cpumask *src2)
    Since Linux 6.5.
    """
def bpf_cpumask_any_distribute(cpumask: Any) -> u32:
    """In C: u32 bpf_cpumask_any_distribute(struct cpumask *cpumask)
    Since Linux 6.5.
    """
def bpf_cpumask_clear(cpumask: Any) -> None:
    """In C: void bpf_cpumask_clear(struct bpf_cpumask *cpumask)
    Since Linux 6.3.
    """
def bpf_cpumask_clear_cpu(cpu: u32, cpumask: Any) -> None:
    """In C: void bpf_cpumask_clear_cpu(u32 cpu, struct bpf_cpumask *cpumask)
    Since Linux 6.3.
    """
def bpf_cpumask_copy(dst: Any, src: Any) -> None:
    """In C: void bpf_cpumask_copy(struct bpf_cpumask *dst, struct cpumask *src)
    Since Linux 6.3.
    """
def bpf_cpumask_create() -> Any | None:
    """In C: struct bpf_cpumask *bpf_cpumask_create(void)
    Since Linux 6.3. What it gives must be released.
    """
def bpf_cpumask_empty(cpumask: Any) -> bool:
    """In C: bool bpf_cpumask_empty(struct cpumask *cpumask)
    Since Linux 6.3.
    """
def bpf_cpumask_equal(src1: Any, src2: Any) -> bool:
    """In C: bool bpf_cpumask_equal(struct cpumask *src1, struct cpumask *src2)
    Since Linux 6.3.
    """
def bpf_cpumask_first(cpumask: Any) -> u32:
    """In C: u32 bpf_cpumask_first(struct cpumask *cpumask)
    Since Linux 6.3.
    """
def bpf_cpumask_first_and(src1: Any, src2: Any) -> u32:
    """In C: u32 bpf_cpumask_first_and(struct cpumask *src1, struct cpumask *src2)
    Since Linux 6.5.
    """
def bpf_cpumask_first_zero(cpumask: Any) -> u32:
    """In C: u32 bpf_cpumask_first_zero(struct cpumask *cpumask)
    Since Linux 6.3.
    """
def bpf_cpumask_full(cpumask: Any) -> bool:
    """In C: bool bpf_cpumask_full(struct cpumask *cpumask)
    Since Linux 6.3.
    """
def bpf_cpumask_intersects(src1: Any, src2: Any) -> bool:
    """In C: bool bpf_cpumask_intersects(struct cpumask *src1, struct cpumask *src2)
    Since Linux 6.3.
    """
def bpf_cpumask_or(dst: Any, src1: Any, src2: Any) -> None:
    """In C: void bpf_cpumask_or(struct bpf_cpumask *dst, struct cpumask *src1, struct cpumask *src2)
    Since Linux 6.3.
    """
def bpf_cpumask_populate(cpumask: Any, src: _Writable) -> s32:
    """In C: int bpf_cpumask_populate(struct cpumask *cpumask, void *src, size_t src__sz)
    Since Linux 6.15.
    """
def bpf_cpumask_release(cpumask: Any) -> None:
    """In C: void bpf_cpumask_release(struct bpf_cpumask *cpumask)
    Since Linux 6.3.
    """
def bpf_cpumask_set_cpu(cpu: u32, cpumask: Any) -> None:
    """In C: void bpf_cpumask_set_cpu(u32 cpu, struct bpf_cpumask *cpumask)
    Since Linux 6.3.
    """
def bpf_cpumask_setall(cpumask: Any) -> None:
    """In C: void bpf_cpumask_setall(struct bpf_cpumask *cpumask)
    Since Linux 6.3.
    """
def bpf_cpumask_subset(src1: Any, src2: Any) -> bool:
    """In C: bool bpf_cpumask_subset(struct cpumask *src1, struct cpumask *src2)
    Since Linux 6.3.
    """
def bpf_cpumask_test_and_clear_cpu(cpu: u32, cpumask: Any) -> bool:
    """In C: bool bpf_cpumask_test_and_clear_cpu(u32 cpu, struct bpf_cpumask *cpumask)
    Since Linux 6.3.
    """
def bpf_cpumask_test_and_set_cpu(cpu: u32, cpumask: Any) -> bool:
    """In C: bool bpf_cpumask_test_and_set_cpu(u32 cpu, struct bpf_cpumask *cpumask)
    Since Linux 6.3.
    """
def bpf_cpumask_test_cpu(cpu: u32, cpumask: Any) -> bool:
    """In C: bool bpf_cpumask_test_cpu(u32 cpu, struct cpumask *cpumask)
    Since Linux 6.3.
    """
def bpf_cpumask_weight(cpumask: Any) -> u32:
    """In C: u32 bpf_cpumask_weight(struct cpumask *cpumask)
    Since Linux 6.8.
    """
def bpf_cpumask_xor(dst: Any, src1: Any, src2: Any) -> None:
    """In C: void bpf_cpumask_xor(struct bpf_cpumask *dst, struct cpumask *src1, struct cpumask *src2)
    Since Linux 6.3.
    """
def bpf_crypto_ctx_acquire(ctx: Any) -> Any | None:
    """In C: struct bpf_crypto_ctx *bpf_crypto_ctx_acquire(struct bpf_crypto_ctx *ctx)
    Since Linux 6.10. What it gives must be released.
    """
def bpf_crypto_ctx_create(params: _Readable, err: Ptr[s32] | s32) -> Any | None:
    """In C: struct bpf_crypto_ctx *bpf_crypto_ctx_create(struct bpf_crypto_params *params, u32 params__sz, int
    *err)
    Since Linux 6.10. Sleepable programs only. What it gives must be released.
    """
def bpf_crypto_ctx_release(ctx: Any) -> None:
    """In C: void bpf_crypto_ctx_release(struct bpf_crypto_ctx *ctx)
    Since Linux 6.10.
    """
def bpf_crypto_decrypt(
    ctx: Any, src: kernel_objects.bpf_dynptr, dst: kernel_objects.bpf_dynptr, siv: kernel_objects.bpf_dynptr | None
) -> s32:
    """In C: int bpf_crypto_decrypt(struct bpf_crypto_ctx *ctx, struct bpf_dynptr *src, struct bpf_dynptr *dst,
    struct bpf_dynptr *siv__nullable)
    Since Linux 6.10.
    """
def bpf_crypto_encrypt(
    ctx: Any, src: kernel_objects.bpf_dynptr, dst: kernel_objects.bpf_dynptr, siv: kernel_objects.bpf_dynptr | None
) -> s32:
    """In C: int bpf_crypto_encrypt(struct bpf_crypto_ctx *ctx, struct bpf_dynptr *src, struct bpf_dynptr *dst,
    struct bpf_dynptr *siv__nullable)
    Since Linux 6.10.
    """
def bpf_ct_change_status(nfct: Any, status: u32) -> s32:
    """In C: int bpf_ct_change_status(struct nf_conn *nfct, u32 status)
    Since Linux 6.0.
    """
def bpf_ct_change_timeout(nfct: Any, timeout: u32) -> s32:
    """In C: int bpf_ct_change_timeout(struct nf_conn *nfct, u32 timeout)
    Since Linux 6.0.
    """
def bpf_ct_insert_entry(nfct_i: Any) -> Any | None:
    """In C: struct nf_conn *bpf_ct_insert_entry(struct nf_conn___init *nfct_i)
    Since Linux 6.0. What it gives must be released.
    """
def bpf_ct_release(nfct: Any) -> None:
    """In C: void bpf_ct_release(struct nf_conn *nfct)
    Since Linux 5.18.
    """
def bpf_ct_set_nat_info(nfct: Any, addr: Any, port: s32, manip: u32) -> s32:
    """In C: int bpf_ct_set_nat_info(struct nf_conn___init *nfct, union nf_inet_addr *addr, int port, enum
    nf_nat_manip_type manip)
    """
def bpf_ct_set_status(nfct: Any, status: u32) -> s32:
    """In C: int bpf_ct_set_status(struct nf_conn___init *nfct, u32 status)
    Since Linux 6.0.
    """
def bpf_ct_set_timeout(nfct: Any, timeout: u32) -> None:
    """In C: void bpf_ct_set_timeout(struct nf_conn___init *nfct, u32 timeout)
    Since Linux 6.0.
    """
def bpf_dynptr_adjust(p: kernel_objects.bpf_dynptr, start: u32, end: u32) -> s32:
    """In C: int bpf_dynptr_adjust(struct bpf_dynptr *p, u32 start, u32 end)
    Since Linux 6.5.
    """
def bpf_dynptr_clone(p: kernel_objects.bpf_dynptr, clone: kernel_objects.bpf_dynptr) -> s32:
    """In C: int bpf_dynptr_clone(struct bpf_dynptr *p, struct bpf_dynptr *clone__uninit)
    Since Linux 6.5.
    """
def bpf_dynptr_copy(
    dst_ptr: kernel_objects.bpf_dynptr, dst_off: u32, src_ptr: kernel_objects.bpf_dynptr, src_off: u32, size: u32
) -> s32:
    """In C: int bpf_dynptr_copy(struct bpf_dynptr *dst_ptr, u32 dst_off, struct bpf_dynptr *src_ptr, u32 src_off,
    u32 size)
    Since Linux 6.15.
    """
def bpf_dynptr_from_skb(s: object, flags: u64, ptr: kernel_objects.bpf_dynptr) -> s32:
    """In C: int bpf_dynptr_from_skb(struct __sk_buff *s, u64 flags, struct bpf_dynptr *ptr__uninit)
    Since Linux 6.4.
    """
def bpf_dynptr_from_skb_meta(skb_: object, flags: u64, ptr: kernel_objects.bpf_dynptr) -> s32:
    """In C: int bpf_dynptr_from_skb_meta(struct __sk_buff *skb_, u64 flags, struct bpf_dynptr *ptr__uninit)
    """
def bpf_dynptr_from_xdp(x: object, flags: u64, ptr: kernel_objects.bpf_dynptr) -> s32:
    """In C: int bpf_dynptr_from_xdp(struct xdp_md *x, u64 flags, struct bpf_dynptr *ptr__uninit)
    Since Linux 6.4.
    """
def bpf_dynptr_is_null(p: kernel_objects.bpf_dynptr) -> bool:
    """In C: bool bpf_dynptr_is_null(struct bpf_dynptr *p)
    Since Linux 6.5.
    """
def bpf_dynptr_is_rdonly(p: kernel_objects.bpf_dynptr) -> bool:
    """In C: bool bpf_dynptr_is_rdonly(struct bpf_dynptr *p)
    Since Linux 6.5.
    """
def bpf_dynptr_memset(p: kernel_objects.bpf_dynptr, offset: u32, size: u32, val: u8) -> s32:
    """In C: int bpf_dynptr_memset(struct bpf_dynptr *p, u32 offset, u32 size, u8 val)
    Since Linux 6.17.
    """
def bpf_dynptr_size(p: kernel_objects.bpf_dynptr) -> u32:
    """In C: __u32 bpf_dynptr_size(struct bpf_dynptr *p)
    Since Linux 6.5.
    """
def bpf_dynptr_slice(p: kernel_objects.bpf_dynptr, offset: u32, buffer: _Writable) -> Any | None:
    """In C: void *bpf_dynptr_slice(struct bpf_dynptr *p, u32 offset, void *buffer__opt, u32 buffer__szk)
    Since Linux 6.4.
    """
def bpf_dynptr_slice_rdwr(p: kernel_objects.bpf_dynptr, offset: u32, buffer: _Writable) -> Any | None:
    """In C: void *bpf_dynptr_slice_rdwr(struct bpf_dynptr *p, u32 offset, void *buffer__opt, u32 buffer__szk)
    Since Linux 6.4.
    """
def bpf_fentry_test1(a: s32) -> s32:
    """In C: int bpf_fentry_test1(int a)
    """
def bpf_get_dentry_xattr(dentry: vmlinux.dentry, name: str, value_p: kernel_objects.bpf_dynptr) -> s32:
    """In C: int bpf_get_dentry_xattr(struct dentry *dentry, char *name__str, struct bpf_dynptr *value_p)
    Since Linux 6.12. Sleepable programs only.
    """
def bpf_get_file_xattr(file: vmlinux.file, name: str, value_p: kernel_objects.bpf_dynptr) -> s32:
    """In C: int bpf_get_file_xattr(struct file *file, char *name__str, struct bpf_dynptr *value_p)
    Since Linux 6.8. Sleepable programs only.
    """
def bpf_get_fsverity_digest(file: vmlinux.file, digest_p: kernel_objects.bpf_dynptr) -> s32:
    """In C: int bpf_get_fsverity_digest(struct file *file, struct bpf_dynptr *digest_p)
    """
def bpf_get_kmem_cache(addr: u64) -> Any | None:
    """In C: struct kmem_cache *bpf_get_kmem_cache(u64 addr)
    Since Linux 6.13.
    """
def bpf_get_task_exe_file(task: vmlinux.task_struct) -> vmlinux.file | None:
    """In C: struct file *bpf_get_task_exe_file(struct task_struct *task)
    Since Linux 6.12. What it gives must be released.
    """
def bpf_key_put(bkey: Any) -> None:
    """In C: void bpf_key_put(struct bpf_key *bkey)
    Since Linux 6.1.
    """
def bpf_kfree_skb(skb: vmlinux.sk_buff) -> None:
    """In C: void bpf_kfree_skb(struct sk_buff *skb)
    Since Linux 6.16.
    """
def bpf_kfunc_call_memb_release(p: Any) -> None:
    """In C: void bpf_kfunc_call_memb_release(struct prog_test_member *p)
    Since Linux 5.18.
    """
def bpf_kfunc_call_test_release(p: Any) -> None:
    """In C: void bpf_kfunc_call_test_release(struct prog_test_ref_kfunc *p)
    Since Linux 5.18.
    """
def bpf_list_back(head: kernel_objects.bpf_list_head[_T]) -> _T | None:
    """In C: struct bpf_list_node *bpf_list_back(struct bpf_list_head *head)
    Since Linux 6.16.
    """
def bpf_list_front(head: kernel_objects.bpf_list_head[_T]) -> _T | None:
    """In C: struct bpf_list_node *bpf_list_front(struct bpf_list_head *head)
    Since Linux 6.16.
    """
def bpf_list_pop_back(head: kernel_objects.bpf_list_head[_T]) -> _T | None:
    """In C: struct bpf_list_node *bpf_list_pop_back(struct bpf_list_head *head)
    Since Linux 6.2. What it gives must be released.
    """
def bpf_list_pop_front(head: kernel_objects.bpf_list_head[_T]) -> _T | None:
    """In C: struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head)
    Since Linux 6.2. What it gives must be released.
    """
def bpf_list_push_back(head: kernel_objects.bpf_list_head[_T], node: _T) -> s32:
    """In C: int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta__ign,
    u64 off)
    Since Linux 6.2.
    """
def bpf_list_push_front(head: kernel_objects.bpf_list_head[_T], node: _T) -> s32:
    """In C: int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta__ign,
    u64 off)
    Since Linux 6.2.
    """
def bpf_local_irq_restore(flags: kernel_objects.IrqFlags) -> None:
    """In C: void bpf_local_irq_restore(long unsigned int *flags__irq_flag)
    Since Linux 6.14.
    """
def bpf_lookup_system_key(id: u64) -> Any | None:
    """In C: struct bpf_key *bpf_lookup_system_key(u64 id)
    Since Linux 6.1. What it gives must be released.
    """
def bpf_lookup_user_key(serial: s32, flags: u64 = 0) -> Any | None:
    """In C: struct bpf_key *bpf_lookup_user_key(s32 serial, u64 flags)
    Since Linux 6.1. Sleepable programs only. What it gives must be released.
    """
def bpf_map_sum_elem_count(map: Map[Any, Any]) -> s64:
    """In C: s64 bpf_map_sum_elem_count(struct bpf_map *map)
    Since Linux 6.6.
    """
def bpf_modify_return_test(a: s32, b: Ptr[s32] | s32) -> s32:
    """In C: int bpf_modify_return_test(int a, int *b)
    """
def bpf_modify_return_test_tp(nonce: s32) -> s32:
    """In C: int bpf_modify_return_test_tp(int nonce)
    """
def bpf_obj_drop(p: _T) -> None:
    """In C: void bpf_obj_drop_impl(void *p__alloc, void *meta__ign)
    Since Linux 6.2.
    """
def bpf_obj_new(type: type[_T]) -> _T | None:
    """In C: void *bpf_obj_new_impl(u64 local_type_id__k, void *meta__ign)
    Since Linux 6.2. What it gives must be released.
    """
def bpf_path_d_path(path: vmlinux.path, buf: _Writable) -> s32:
    """In C: int bpf_path_d_path(struct path *path, char *buf, size_t buf__sz)
    Since Linux 6.12.
    """
def bpf_percpu_obj_drop(p: kernel_objects.percpu_kptr[_T]) -> None:
    """In C: void bpf_percpu_obj_drop_impl(void *p__alloc, void *meta__ign)
    Since Linux 6.7.
    """
def bpf_percpu_obj_new(type: type[_T]) -> kernel_objects.percpu_kptr[_T] | None:
    """In C: void *bpf_percpu_obj_new_impl(u64 local_type_id__k, void *meta__ign)
    Since Linux 6.7. What it gives must be released.
    """
def bpf_preempt_enable() -> None:
    """In C: void bpf_preempt_enable(void)
    """
def bpf_probe_read_kernel_dynptr(dptr: kernel_objects.bpf_dynptr, off: u32, size: u32, unsafe_ptr: object) -> s32:
    """In C: int bpf_probe_read_kernel_dynptr(struct bpf_dynptr *dptr, u32 off, u32 size, void *unsafe_ptr__ign)
    """
def bpf_probe_read_kernel_str_dynptr(dptr: kernel_objects.bpf_dynptr, off: u32, size: u32, unsafe_ptr: object) -> s32:
    """In C: int bpf_probe_read_kernel_str_dynptr(struct bpf_dynptr *dptr, u32 off, u32 size, void *unsafe_ptr__ign)
    """
def bpf_probe_read_user_dynptr(dptr: kernel_objects.bpf_dynptr, off: u32, size: u32, unsafe_ptr: object) -> s32:
    """In C: int bpf_probe_read_user_dynptr(struct bpf_dynptr *dptr, u32 off, u32 size, void *unsafe_ptr__ign)
    """
def bpf_probe_read_user_str_dynptr(dptr: kernel_objects.bpf_dynptr, off: u32, size: u32, unsafe_ptr: object) -> s32:
    """In C: int bpf_probe_read_user_str_dynptr(struct bpf_dynptr *dptr, u32 off, u32 size, void *unsafe_ptr__ign)
    """
def bpf_put_file(file: vmlinux.file) -> None:
    """In C: void bpf_put_file(struct file *file)
    Since Linux 6.12.
    """
def bpf_qdisc_bstats_update(sch: vmlinux.Qdisc, skb: vmlinux.sk_buff) -> None:
    """In C: void bpf_qdisc_bstats_update(struct Qdisc *sch, struct sk_buff *skb)
    Since Linux 6.16.
    """
def bpf_qdisc_init_prologue(sch: vmlinux.Qdisc, extack: Any) -> s32:
    """In C: int bpf_qdisc_init_prologue(struct Qdisc *sch, struct netlink_ext_ack *extack)
    """
def bpf_qdisc_reset_destroy_epilogue(sch: vmlinux.Qdisc) -> None:
    """In C: void bpf_qdisc_reset_destroy_epilogue(struct Qdisc *sch)
    """
def bpf_qdisc_skb_drop(skb: vmlinux.sk_buff, to_free_list: Any) -> None:
    """In C: void bpf_qdisc_skb_drop(struct sk_buff *skb, struct bpf_sk_buff_ptr *to_free_list)
    Since Linux 6.16.
    """
def bpf_qdisc_watchdog_schedule(sch: vmlinux.Qdisc, expire: u64, delta_ns: u64) -> None:
    """In C: void bpf_qdisc_watchdog_schedule(struct Qdisc *sch, u64 expire, u64 delta_ns)
    Since Linux 6.16.
    """
def bpf_rbtree_add(root: kernel_objects.bpf_rb_root[_T], node: _T, less: Callable[[_T, _T], bool]) -> s32:
    """In C: int bpf_rbtree_add_impl(struct bpf_rb_root *root, struct bpf_rb_node *node, function *less, void
    *meta__ign, u64 off)
    Since Linux 6.3.
    """
def bpf_rbtree_first(root: kernel_objects.bpf_rb_root[_T]) -> _T | None:
    """In C: struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *root)
    Since Linux 6.3.
    """
def bpf_rbtree_left(root: kernel_objects.bpf_rb_root[_T], node: _T) -> _T | None:
    """In C: struct bpf_rb_node *bpf_rbtree_left(struct bpf_rb_root *root, struct bpf_rb_node *node)
    Since Linux 6.16.
    """
def bpf_rbtree_remove(root: kernel_objects.bpf_rb_root[_T], node: _T) -> _T | None:
    """In C: struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *root, struct bpf_rb_node *node)
    Since Linux 6.3. What it gives must be released.
    """
def bpf_rbtree_right(root: kernel_objects.bpf_rb_root[_T], node: _T) -> _T | None:
    """In C: struct bpf_rb_node *bpf_rbtree_right(struct bpf_rb_root *root, struct bpf_rb_node *node)
    Since Linux 6.16.
    """
def bpf_rbtree_root(root: kernel_objects.bpf_rb_root[_T]) -> _T | None:
    """In C: struct bpf_rb_node *bpf_rbtree_root(struct bpf_rb_root *root)
    Since Linux 6.16.
    """
def bpf_rcu_read_unlock() -> None:
    """In C: void bpf_rcu_read_unlock(void)
    """
def bpf_rdonly_cast(obj: object, type: type[_T]) -> _T:
    """In C: void *bpf_rdonly_cast(void *obj__ign, u32 btf_id__k)
    Since Linux 6.2.
    """
def bpf_refcount_acquire(p: _T) -> _T | None:
    """In C: void *bpf_refcount_acquire_impl(void *p__refcounted_kptr, void *meta__ign)
    Since Linux 6.4. What it gives must be released.
    """
def bpf_remove_dentry_xattr(dentry: vmlinux.dentry, name: str) -> s32:
    """In C: int bpf_remove_dentry_xattr(struct dentry *dentry, char *name__str)
    Since Linux 6.14. Sleepable programs only.
    """
def bpf_res_spin_lock_irqsave(lock: kernel_objects.bpf_res_spin_lock, flags: kernel_objects.IrqFlags) -> s32:
    """In C: int bpf_res_spin_lock_irqsave(struct bpf_res_spin_lock *lock, long unsigned int *flags__irq_flag)
    Since Linux 6.15. What it gives must be released.
    """
def bpf_res_spin_unlock(lock: kernel_objects.bpf_res_spin_lock) -> None:
    """In C: void bpf_res_spin_unlock(struct bpf_res_spin_lock *lock)
    Since Linux 6.15.
    """
def bpf_res_spin_unlock_irqrestore(lock: kernel_objects.bpf_res_spin_lock, flags: kernel_objects.IrqFlags) -> None:
    """In C: void bpf_res_spin_unlock_irqrestore(struct bpf_res_spin_lock *lock, long unsigned int *flags__irq_flag)
    Since Linux 6.15.
    """
def bpf_send_signal_task(task: vmlinux.task_struct, sig: s32, type: u32, value: u64) -> s32:
    """In C: int bpf_send_signal_task(struct task_struct *task, int sig, enum pid_type type, u64 value)
    Since Linux 6.13.
    """
def bpf_session_cookie() -> Ptr[u64]:
    """In C: __u64 *bpf_session_cookie(void)
    """
def bpf_session_is_return() -> bool:
    """In C: bool bpf_session_is_return(void)
    """
def bpf_set_dentry_xattr(
    dentry: vmlinux.dentry, name: str, value_p: kernel_objects.bpf_dynptr, flags: s32 = 0
) -> s32:
    """In C: int bpf_set_dentry_xattr(struct dentry *dentry, char *name__str, struct bpf_dynptr *value_p, int flags)
    Since Linux 6.14. Sleepable programs only.
    """
def bpf_sk_assign_tcp_reqsk(s: object, sk: vmlinux.sock, attrs: _Writable) -> s32:
    """In C: int bpf_sk_assign_tcp_reqsk(struct __sk_buff *s, struct sock *sk, struct bpf_tcp_req_attrs *attrs, int
    attrs__sz)
    Since Linux 6.9.
    """
def bpf_skb_ct_alloc(skb_ctx: object, bpf_tuple: _Writable, opts: _Writable) -> Any | None:
    """In C: struct nf_conn___init *bpf_skb_ct_alloc(struct __sk_buff *skb_ctx, struct bpf_sock_tuple *bpf_tuple,
    u32 tuple__sz, struct bpf_ct_opts *opts, u32 opts__sz)
    Since Linux 6.0. What it gives must be released.
    """
def bpf_skb_ct_lookup(skb_ctx: object, bpf_tuple: _Writable, opts: _Writable) -> Any | None:
    """In C: struct nf_conn *bpf_skb_ct_lookup(struct __sk_buff *skb_ctx, struct bpf_sock_tuple *bpf_tuple, u32
    tuple__sz, struct bpf_ct_opts *opts, u32 opts__sz)
    Since Linux 5.18. What it gives must be released.
    """
def bpf_skb_get_hash(skb: vmlinux.sk_buff) -> u32:
    """In C: u32 bpf_skb_get_hash(struct sk_buff *skb)
    Since Linux 6.16.
    """
def bpf_sock_addr_set_sun_path(sa_kern: Any, sun_path: _Readable) -> s32:
    """In C: int bpf_sock_addr_set_sun_path(struct bpf_sock_addr_kern *sa_kern, u8 *sun_path, u32 sun_path__sz)
    """
def bpf_sock_destroy(sock: vmlinux.sock_common) -> s32:
    """In C: int bpf_sock_destroy(struct sock_common *sock)
    Since Linux 6.5.
    """
def bpf_sock_ops_enable_tx_tstamp(skops: Any, flags: u64 = 0) -> s32:
    """In C: int bpf_sock_ops_enable_tx_tstamp(struct bpf_sock_ops_kern *skops, u64 flags)
    """
def bpf_strcasecmp(s1: object, s2: object) -> s32:
    """In C: int bpf_strcasecmp(char *s1__ign, char *s2__ign)
    """
def bpf_strchr(s: object, c: u8) -> s32:
    """In C: int bpf_strchr(char *s__ign, char c)
    """
def bpf_strchrnul(s: object, c: u8) -> s32:
    """In C: int bpf_strchrnul(char *s__ign, char c)
    """
def bpf_strcmp(s1: object, s2: object) -> s32:
    """In C: int bpf_strcmp(char *s1__ign, char *s2__ign)
    """
def bpf_strcspn(s: object, reject: object) -> s32:
    """In C: int bpf_strcspn(char *s__ign, char *reject__ign)
    """
def bpf_stream_vprintk_impl(stream_id: s32, fmt: str, args: _Readable) -> s32:
    """In C: int bpf_stream_vprintk_impl(int stream_id, char *fmt__str, void *args, u32 len__sz, void *aux__prog)
    """
def bpf_strlen(s: object) -> s32:
    """In C: int bpf_strlen(char *s__ign)
    """
def bpf_strnchr(s: object, count: u64, c: u8) -> s32:
    """In C: int bpf_strnchr(char *s__ign, size_t count, char c)
    """
def bpf_strnlen(s: object, count: u64) -> s32:
    """In C: int bpf_strnlen(char *s__ign, size_t count)
    """
def bpf_strnstr(s1: object, s2: object, len: u64) -> s32:
    """In C: int bpf_strnstr(char *s1__ign, char *s2__ign, size_t len)
    """
def bpf_strrchr(s: object, c: s32) -> s32:
    """In C: int bpf_strrchr(char *s__ign, int c)
    """
def bpf_strspn(s: object, accept: object) -> s32:
    """In C: int bpf_strspn(char *s__ign, char *accept__ign)
    """
def bpf_strstr(s1: object, s2: object) -> s32:
    """In C: int bpf_strstr(char *s1__ign, char *s2__ign)
    """
def bpf_task_acquire(p: vmlinux.task_struct) -> vmlinux.task_struct | None:
    """In C: struct task_struct *bpf_task_acquire(struct task_struct *p)
    Since Linux 6.2. What it gives must be released.
    """
def bpf_task_from_pid(pid: s32) -> vmlinux.task_struct | None:
    """In C: struct task_struct *bpf_task_from_pid(s32 pid)
    Since Linux 6.2. What it gives must be released.
    """
def bpf_task_from_vpid(vpid: s32) -> vmlinux.task_struct | None:
    """In C: struct task_struct *bpf_task_from_vpid(s32 vpid)
    Since Linux 6.13. What it gives must be released.
    """
def bpf_task_get_cgroup1(task: vmlinux.task_struct, hierarchy_id: s32) -> vmlinux.cgroup | None:
    """In C: struct cgroup *bpf_task_get_cgroup1(struct task_struct *task, int hierarchy_id)
    Since Linux 6.8. What it gives must be released.
    """
def bpf_task_release(p: vmlinux.task_struct) -> None:
    """In C: void bpf_task_release(struct task_struct *p)
    Since Linux 6.2.
    """
def bpf_task_under_cgroup(task: vmlinux.task_struct, ancestor: vmlinux.cgroup) -> s64:
    """In C: long int bpf_task_under_cgroup(struct task_struct *task, struct cgroup *ancestor)
    Since Linux 6.5.
    """
def bpf_task_work_schedule_resume(
    task: vmlinux.task_struct, tw: kernel_objects.bpf_task_work, map: Map[Any, Any], callback: Any
) -> s32:
    """In C: int bpf_task_work_schedule_resume_impl(struct task_struct *task, struct bpf_task_work *tw, void
    *map__map, bpf_task_work_callback_t callback, void *aux__prog)
    """
def bpf_task_work_schedule_signal(
    task: vmlinux.task_struct, tw: kernel_objects.bpf_task_work, map: Map[Any, Any], callback: Any
) -> s32:
    """In C: int bpf_task_work_schedule_signal_impl(struct task_struct *task, struct bpf_task_work *tw, void
    *map__map, bpf_task_work_callback_t callback, void *aux__prog)
    """
def bpf_throw(cookie: u64) -> None:
    """In C: void bpf_throw(u64 cookie)
    Since Linux 6.7.
    """
def bpf_verify_pkcs7_signature(
    data_p: kernel_objects.bpf_dynptr, sig_p: kernel_objects.bpf_dynptr, trusted_keyring: Any
) -> s32:
    """In C: int bpf_verify_pkcs7_signature(struct bpf_dynptr *data_p, struct bpf_dynptr *sig_p, struct bpf_key
    *trusted_keyring)
    Since Linux 6.1. Sleepable programs only.
    """
def bpf_wq_init(wq: kernel_objects.bpf_wq, p: Map[Any, Any], flags: u32 = 0) -> s32:
    """In C: int bpf_wq_init(struct bpf_wq *wq, void *p__map, unsigned int flags)
    Since Linux 6.10.
    """
def bpf_wq_set_callback(wq: kernel_objects.bpf_wq, callback_fn: Any, flags: u32 = 0) -> s32:
    """In C: int bpf_wq_set_callback_impl(struct bpf_wq *wq, function *callback_fn, unsigned int flags, void
    *aux__prog)
    Since Linux 6.10.
    """
def bpf_wq_start(wq: kernel_objects.bpf_wq, flags: u32 = 0) -> s32:
    """In C: int bpf_wq_start(struct bpf_wq *wq, unsigned int flags)
    Since Linux 6.10.
    """
def bpf_xdp_ct_alloc(xdp_ctx: object, bpf_tuple: _Writable, opts: _Writable) -> Any | None:
    """In C: struct nf_conn___init *bpf_xdp_ct_alloc(struct xdp_md *xdp_ctx, struct bpf_sock_tuple *bpf_tuple, u32
    tuple__sz, struct bpf_ct_opts *opts, u32 opts__sz)
    Since Linux 6.0. What it gives must be released.
    """
def bpf_xdp_ct_lookup(xdp_ctx: object, bpf_tuple: _Writable, opts: _Writable) -> Any | None:
    """In C: struct nf_conn *bpf_xdp_ct_lookup(struct xdp_md *xdp_ctx, struct bpf_sock_tuple *bpf_tuple, u32
    tuple__sz, struct bpf_ct_opts *opts, u32 opts__sz)
    Since Linux 5.18. What it gives must be released.
    """
def bpf_xdp_get_xfrm_state(ctx: object, opts: _Writable) -> Any | None:
    """In C: struct xfrm_state *bpf_xdp_get_xfrm_state(struct xdp_md *ctx, struct bpf_xfrm_state_opts *opts, u32
    opts__sz)
    Since Linux 6.8. What it gives must be released.
    """
def bpf_xdp_metadata_rx_hash(ctx: object, hash: Ptr[u32] | u32, rss_type: Ptr[u32] | u32) -> s32:
    """In C: int bpf_xdp_metadata_rx_hash(struct xdp_md *ctx, u32 *hash, enum xdp_rss_hash_type *rss_type)
    """
def bpf_xdp_metadata_rx_timestamp(ctx: object, timestamp: Ptr[u64] | u64) -> s32:
    """In C: int bpf_xdp_metadata_rx_timestamp(struct xdp_md *ctx, u64 *timestamp)
    """
def bpf_xdp_metadata_rx_vlan_tag(ctx: object, vlan_proto: Ptr[be16] | be16, vlan_tci: Ptr[u16] | u16) -> s32:
    """In C: int bpf_xdp_metadata_rx_vlan_tag(struct xdp_md *ctx, __be16 *vlan_proto, u16 *vlan_tci)
    """
def bpf_xdp_pull_data(x: object, len: u32) -> s32:
    """In C: int bpf_xdp_pull_data(struct xdp_md *x, u32 len)
    """
def bpf_xdp_xfrm_state_release(x: Any) -> None:
    """In C: void bpf_xdp_xfrm_state_release(struct xfrm_state *x)
    Since Linux 6.8.
    """
def crash_kexec(regs: Any) -> None:
    """In C: void crash_kexec(struct pt_regs *regs)
    Since Linux 6.1.
    """
def css_rstat_flush(css: Any) -> None:
    """In C: void css_rstat_flush(struct cgroup_subsys_state *css)
    Since Linux 6.1. Sleepable programs only.
    """
def css_rstat_updated(css: Any, cpu: s32) -> None:
    """In C: void css_rstat_updated(struct cgroup_subsys_state *css, int cpu)
    """
def cubictcp_acked(sk: vmlinux.sock, sample: Any) -> None:
    """In C: void cubictcp_acked(struct sock *sk, struct ack_sample *sample)
    """
def cubictcp_cong_avoid(sk: vmlinux.sock, ack: u32, acked: u32) -> None:
    """In C: void cubictcp_cong_avoid(struct sock *sk, u32 ack, u32 acked)
    """
def cubictcp_cwnd_event(sk: vmlinux.sock, event: u32) -> None:
    """In C: void cubictcp_cwnd_event(struct sock *sk, enum tcp_ca_event event)
    """
def cubictcp_init(sk: vmlinux.sock) -> None:
    """In C: void cubictcp_init(struct sock *sk)
    """
def cubictcp_recalc_ssthresh(sk: vmlinux.sock) -> u32:
    """In C: u32 cubictcp_recalc_ssthresh(struct sock *sk)
    """
def cubictcp_state(sk: vmlinux.sock, new_state: u8) -> None:
    """In C: void cubictcp_state(struct sock *sk, u8 new_state)
    """
def scx_bpf_cpu_curr(cpu: s32) -> vmlinux.task_struct | None:
    """In C: struct task_struct *scx_bpf_cpu_curr(s32 cpu)
    Since Linux 6.18.
    """
def scx_bpf_cpu_node(cpu: s32) -> s32:
    """In C: int scx_bpf_cpu_node(s32 cpu)
    """
def scx_bpf_cpu_rq(cpu: s32) -> Any:
    """In C: struct rq *scx_bpf_cpu_rq(s32 cpu)
    """
def scx_bpf_cpuperf_cap(cpu: s32) -> u32:
    """In C: u32 scx_bpf_cpuperf_cap(s32 cpu)
    """
def scx_bpf_cpuperf_cur(cpu: s32) -> u32:
    """In C: u32 scx_bpf_cpuperf_cur(s32 cpu)
    """
def scx_bpf_cpuperf_set(cpu: s32, perf: u32) -> None:
    """In C: void scx_bpf_cpuperf_set(s32 cpu, u32 perf)
    """
def scx_bpf_create_dsq(dsq_id: u64, node: s32) -> s32:
    """In C: s32 scx_bpf_create_dsq(u64 dsq_id, s32 node)
    Since Linux 6.12. Sleepable programs only.
    """
def scx_bpf_destroy_dsq(dsq_id: u64) -> None:
    """In C: void scx_bpf_destroy_dsq(u64 dsq_id)
    """
def scx_bpf_dispatch_cancel() -> None:
    """In C: void scx_bpf_dispatch_cancel(void)
    """
def scx_bpf_dispatch_nr_slots() -> u32:
    """In C: u32 scx_bpf_dispatch_nr_slots(void)
    """
def scx_bpf_dsq_insert(p: vmlinux.task_struct, dsq_id: u64, slice: u64, enq_flags: u64) -> None:
    """In C: void scx_bpf_dsq_insert(struct task_struct *p, u64 dsq_id, u64 slice, u64 enq_flags)
    Since Linux 6.13.
    """
def scx_bpf_dsq_insert_vtime(p: vmlinux.task_struct, dsq_id: u64, slice: u64, vtime: u64, enq_flags: u64) -> None:
    """In C: void scx_bpf_dsq_insert_vtime(struct task_struct *p, u64 dsq_id, u64 slice, u64 vtime, u64 enq_flags)
    Since Linux 6.13.
    """
def scx_bpf_dsq_move(p: vmlinux.task_struct, dsq_id: u64, enq_flags: u64) -> bool:
    """In C: bool scx_bpf_dsq_move(struct bpf_iter_scx_dsq *it__iter, struct task_struct *p, u64 dsq_id, u64
    enq_flags)
    Since Linux 6.13.
    """
def scx_bpf_dsq_move_set_slice(slice: u64) -> None:
    """In C: void scx_bpf_dsq_move_set_slice(struct bpf_iter_scx_dsq *it__iter, u64 slice)
    Since Linux 6.13.
    """
def scx_bpf_dsq_move_set_vtime(vtime: u64) -> None:
    """In C: void scx_bpf_dsq_move_set_vtime(struct bpf_iter_scx_dsq *it__iter, u64 vtime)
    Since Linux 6.13.
    """
def scx_bpf_dsq_move_to_local(dsq_id: u64) -> bool:
    """In C: bool scx_bpf_dsq_move_to_local(u64 dsq_id)
    Since Linux 6.13.
    """
def scx_bpf_dsq_move_vtime(p: vmlinux.task_struct, dsq_id: u64, enq_flags: u64) -> bool:
    """In C: bool scx_bpf_dsq_move_vtime(struct bpf_iter_scx_dsq *it__iter, struct task_struct *p, u64 dsq_id, u64
    enq_flags)
    Since Linux 6.13.
    """
def scx_bpf_dsq_nr_queued(dsq_id: u64) -> s32:
    """In C: s32 scx_bpf_dsq_nr_queued(u64 dsq_id)
    """
def scx_bpf_dump_bstr(fmt: Ptr[u8] | u8, data: _Writable) -> None:
    """In C: void scx_bpf_dump_bstr(char *fmt, long long unsigned int *data, u32 data__sz)
    """
def scx_bpf_error_bstr(fmt: Ptr[u8] | u8, data: _Writable) -> None:
    """In C: void scx_bpf_error_bstr(char *fmt, long long unsigned int *data, u32 data__sz)
    """
def scx_bpf_events(events: _Writable) -> None:
    """In C: void scx_bpf_events(struct scx_event_stats *events, size_t events__sz)
    """
def scx_bpf_exit_bstr(exit_code: s64, fmt: Ptr[u8] | u8, data: _Writable) -> None:
    """In C: void scx_bpf_exit_bstr(s64 exit_code, char *fmt, long long unsigned int *data, u32 data__sz)
    """
def scx_bpf_get_idle_cpumask() -> Any:
    """In C: struct cpumask *scx_bpf_get_idle_cpumask(void)
    Since Linux 6.12. What it gives must be released.
    """
def scx_bpf_get_idle_cpumask_node(node: s32) -> Any:
    """In C: struct cpumask *scx_bpf_get_idle_cpumask_node(int node)
    Since Linux 6.15. What it gives must be released.
    """
def scx_bpf_get_idle_smtmask() -> Any:
    """In C: struct cpumask *scx_bpf_get_idle_smtmask(void)
    Since Linux 6.12. What it gives must be released.
    """
def scx_bpf_get_idle_smtmask_node(node: s32) -> Any:
    """In C: struct cpumask *scx_bpf_get_idle_smtmask_node(int node)
    Since Linux 6.15. What it gives must be released.
    """
def scx_bpf_get_online_cpumask() -> Any:
    """In C: struct cpumask *scx_bpf_get_online_cpumask(void)
    Since Linux 6.12. What it gives must be released.
    """
def scx_bpf_get_possible_cpumask() -> Any:
    """In C: struct cpumask *scx_bpf_get_possible_cpumask(void)
    Since Linux 6.12. What it gives must be released.
    """
def scx_bpf_kick_cpu(cpu: s32, flags: u64 = 0) -> None:
    """In C: void scx_bpf_kick_cpu(s32 cpu, u64 flags)
    """
def scx_bpf_locked_rq() -> Any | None:
    """In C: struct rq *scx_bpf_locked_rq(void)
    Since Linux 6.18.
    """
def scx_bpf_now() -> u64:
    """In C: u64 scx_bpf_now(void)
    """
def scx_bpf_nr_cpu_ids() -> u32:
    """In C: u32 scx_bpf_nr_cpu_ids(void)
    """
def scx_bpf_nr_node_ids() -> u32:
    """In C: u32 scx_bpf_nr_node_ids(void)
    """
def scx_bpf_pick_any_cpu(cpus_allowed: Any, flags: u64 = 0) -> s32:
    """In C: s32 scx_bpf_pick_any_cpu(struct cpumask *cpus_allowed, u64 flags)
    """
def scx_bpf_pick_any_cpu_node(cpus_allowed: Any, node: s32, flags: u64 = 0) -> s32:
    """In C: s32 scx_bpf_pick_any_cpu_node(struct cpumask *cpus_allowed, int node, u64 flags)
    """
def scx_bpf_pick_idle_cpu(cpus_allowed: Any, flags: u64 = 0) -> s32:
    """In C: s32 scx_bpf_pick_idle_cpu(struct cpumask *cpus_allowed, u64 flags)
    """
def scx_bpf_pick_idle_cpu_node(cpus_allowed: Any, node: s32, flags: u64 = 0) -> s32:
    """In C: s32 scx_bpf_pick_idle_cpu_node(struct cpumask *cpus_allowed, int node, u64 flags)
    """
def scx_bpf_put_cpumask(cpumask: Any) -> None:
    """In C: void scx_bpf_put_cpumask(struct cpumask *cpumask)
    Since Linux 6.12.
    """
def scx_bpf_put_idle_cpumask(idle_mask: Any) -> None:
    """In C: void scx_bpf_put_idle_cpumask(struct cpumask *idle_mask)
    Since Linux 6.12.
    """
def scx_bpf_reenqueue_local() -> u32:
    """In C: u32 scx_bpf_reenqueue_local(void)
    """
def scx_bpf_select_cpu_and(
    p: vmlinux.task_struct, prev_cpu: s32, wake_flags: u64, cpus_allowed: Any, flags: u64 = 0
) -> s32:
    """In C: s32 scx_bpf_select_cpu_and(struct task_struct *p, s32 prev_cpu, u64 wake_flags, struct cpumask
    *cpus_allowed, u64 flags)
    """
def scx_bpf_select_cpu_dfl(p: vmlinux.task_struct, prev_cpu: s32, wake_flags: u64, is_idle: Ptr[bool] | bool) -> s32:
    """In C: s32 scx_bpf_select_cpu_dfl(struct task_struct *p, s32 prev_cpu, u64 wake_flags, bool *is_idle)
    """
def scx_bpf_task_cgroup(p: vmlinux.task_struct) -> vmlinux.cgroup:
    """In C: struct cgroup *scx_bpf_task_cgroup(struct task_struct *p)
    Since Linux 6.12. What it gives must be released.
    """
def scx_bpf_task_cpu(p: vmlinux.task_struct) -> s32:
    """In C: s32 scx_bpf_task_cpu(struct task_struct *p)
    """
def scx_bpf_task_running(p: vmlinux.task_struct) -> bool:
    """In C: bool scx_bpf_task_running(struct task_struct *p)
    """
def scx_bpf_test_and_clear_cpu_idle(cpu: s32) -> bool:
    """In C: bool scx_bpf_test_and_clear_cpu_idle(s32 cpu)
    """
def tcp_cong_avoid_ai(tp: vmlinux.tcp_sock, w: u32, acked: u32) -> None:
    """In C: void tcp_cong_avoid_ai(struct tcp_sock *tp, u32 w, u32 acked)
    Since Linux 5.13.
    """
def tcp_reno_cong_avoid(sk: vmlinux.sock, ack: u32, acked: u32) -> None:
    """In C: void tcp_reno_cong_avoid(struct sock *sk, u32 ack, u32 acked)
    Since Linux 5.13.
    """
def tcp_reno_ssthresh(sk: vmlinux.sock) -> u32:
    """In C: u32 tcp_reno_ssthresh(struct sock *sk)
    Since Linux 5.13.
    """
def tcp_reno_undo_cwnd(sk: vmlinux.sock) -> u32:
    """In C: u32 tcp_reno_undo_cwnd(struct sock *sk)
    Since Linux 5.13.
    """
def tcp_slow_start(tp: vmlinux.tcp_sock, acked: u32) -> u32:
    """In C: u32 tcp_slow_start(struct tcp_sock *tp, u32 acked)
    Since Linux 5.13.
    """

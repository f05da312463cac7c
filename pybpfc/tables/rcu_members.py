"""Members that RCU protects and that are never NULL while their object is alive: BTF_TYPE_SAFE_RCU() of the verifier.

Any other pointer with the kernel's `__rcu` may be NULL to the verifier (check_ptr_to_btf_access() in
kernel/bpf/verifier.c), where the kernel's BTF has type tags at all.
"""

from __future__ import annotations

NEVER_NULL = frozenset((
    ("task_struct", "cpus_ptr"), ("task_struct", "cgroups"), ("task_struct", "real_parent"),
    ("task_struct", "group_leader"), ("cgroup", "kn"), ("css_set", "dfl_cgrp"), ("cgroup_subsys_state", "cgroup"),
))

# Members that are trusted as far as their object is: BTF_TYPE_SAFE_TRUSTED() and BTF_TYPE_SAFE_TRUSTED_OR_NULL().
TRUSTED = frozenset((
    ("bpf_iter_meta", "seq"), ("bpf_iter__task", "meta"), ("bpf_iter__task", "task"), ("linux_binprm", "file"),
    ("file", "f_inode"), ("dentry", "d_inode"), ("socket", "sk"), ("vm_area_struct", "vm_mm"),
    ("vm_area_struct", "vm_file"),
))

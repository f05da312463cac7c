"""Prototypes of kernel functions, judged by bpftool's reading of the same types."""

from __future__ import annotations

import json

import pytest

from pybpfc import kernel_functions
from pybpfc.vmlinux import bpf_iter_meta, file, filename, task_struct
from pybpfc_runtime import layout
from pybpfc_runtime.btf.kernel import VMLINUX
from pybpfc_runtime.layout import PointerType
from support.machine import check, needs_tool


def target(described: object) -> object:
    assert isinstance(described, PointerType)
    return described.target


def test_a_function() -> None:
    found = kernel_functions.prototype("do_unlinkat")
    assert found is not None
    parameters, result, shown = found
    assert shown == "int (int dfd, struct filename *name)"
    assert kernel_functions.shown_prototype("do_unlinkat", found) == "int do_unlinkat(int dfd, struct filename *name)"
    assert [name for name, _ in parameters] == ["dfd", "name"]
    assert parameters[0][1] is layout.S32
    assert target(parameters[1][1]) is filename.__pybpfc_type__
    assert result is layout.S32
    nothing = kernel_functions.prototype("do_exit")
    assert nothing is not None and nothing.result is None
    assert kernel_functions.prototype("no_such_function") is None
    assert kernel_functions.prototype("task_struct") is None, "a type is no function"


def test_hooks_tracepoints_and_iterators() -> None:
    hook = kernel_functions.lsm_hook("file_open")
    assert hook is not None and target(hook.parameters[0][1]) is file.__pybpfc_type__
    point = kernel_functions.tracepoint("sched_switch")
    assert point is not None
    assert [target(type_) for _, type_ in point.parameters[1:3]] == [task_struct.__pybpfc_type__] * 2
    assert point.parameters[0][1] is layout.BOOL, "the tracepoint's own first parameter is left out"
    assert point.result is None
    walk = kernel_functions.iterator("task")
    assert walk is not None
    assert [name for name, _ in walk.parameters] == ["meta", "task"]
    assert target(walk.parameters[0][1]) is bpf_iter_meta.__pybpfc_type__
    for find in (kernel_functions.lsm_hook, kernel_functions.tracepoint, kernel_functions.iterator):
        assert find("no_such_thing") is None


def test_kfuncs() -> None:
    names = kernel_functions.kfuncs()
    assert names == sorted(names)
    assert {"bpf_task_acquire", "bpf_rcu_read_lock"} <= set(names)
    acquire = kernel_functions.kfunc("bpf_task_acquire")
    assert acquire is not None and target(acquire.result) is task_struct.__pybpfc_type__
    assert kernel_functions.kfunc("do_exit") is None, "a function, but not for BPF programs"


@pytest.fixture(scope="module")
def dump() -> dict[int, dict[str, object]]:
    """BTF as bpftool reads it, by id."""
    text = check(needs_tool("bpftool"), "-j", "btf", "dump", "file", VMLINUX)
    return {item["id"]: item for item in json.loads(text)["types"]}


def test_every_marked_function_has_a_prototype(dump: dict[int, dict[str, object]]) -> None:
    marked = {item["type_id"] for item in dump.values() if item["kind"] == "DECL_TAG" and item["name"] == "bpf_kfunc"}
    functions = {str(dump[number]["name"]): dump[number] for number in marked}  # type: ignore[index]
    assert set(kernel_functions.kfuncs()) == set(functions)
    for name, function in functions.items():
        prototype = dump[function["type_id"]]  # type: ignore[index]
        wanted = [parameter["name"] for parameter in prototype["params"]  # type: ignore[attr-defined]
                  if parameter["type_id"]]
        found = kernel_functions.kfunc(name)
        assert found is not None
        assert [parameter for parameter, _ in found.parameters] == wanted
        assert (found.result is None) == (prototype["ret_type_id"] == 0)


def test_names_of_pybpfc_kfuncs() -> None:
    """Names are looked up when they are imported; what is none says which come near, or why not."""
    import pybpfc.kfuncs

    assert pybpfc.kfuncs.bpf_task_acquire.__pybpfc_kfunc__ == "bpf_task_acquire"
    assert pybpfc.kfuncs.bpf_task_acquire.__doc__ == "struct task_struct *bpf_task_acquire(struct task_struct *p)"
    with pytest.raises(TypeError, match="only a BPF program can call it"):
        pybpfc.kfuncs.bpf_task_acquire(None)
    with pytest.raises(AttributeError, match="did you mean bpf_task_acquire"):
        pybpfc.kfuncs.bpf_task_aquire  # noqa: B018
    with pytest.raises(ImportError, match="not one that BPF programs may call"):
        from pybpfc.kfuncs import do_exit  # noqa: F401


def test_roles_of_arguments() -> None:
    """What the endings of parameter names mean for a call."""
    from pybpfc import kernel_calls
    from pybpfc.tables.rows import Role

    def roles(name: str) -> list[tuple[str, Role]]:
        found = kernel_calls.by_name(name)
        assert found is not None and not found.problem
        return [(argument.name, argument.role) for argument in found.row.arguments]

    assert roles("bpf_task_release") == [("p", Role.RECORD)]
    assert roles("bpf_path_d_path") == [("path", Role.TRUSTED), ("buf", Role.OUT_BUFFER), ("buf__sz", Role.SIZE_OF)]
    assert roles("bpf_dynptr_from_xdp") == [("x", Role.CONTEXT), ("flags", Role.SCALAR), ("ptr", Role.STRUCT)]
    assert roles("bpf_get_file_xattr")[1] == ("name", Role.STRING)
    assert roles("bpf_map_sum_elem_count") == [("map", Role.MAP)]
    assert roles("bpf_xdp_metadata_rx_timestamp")[1] == ("timestamp", Role.OUT_SCALAR)
    slice_ = kernel_calls.by_name("bpf_dynptr_slice")
    assert slice_ is not None and slice_.row.result.nullable
    callback = kernel_calls.by_name("bpf_wq_set_callback_impl")
    assert callback is not None and not callback.problem
    assert [(argument.name, argument.role) for argument in callback.row.arguments][1] == ("callback_fn", Role.CALLBACK)
    short = kernel_calls.by_name("bpf_wq_set_callback")
    assert short is not None and short.row == callback.row
    assert roles("bpf_obj_new_impl") == [("type", Role.LOCAL_TYPE), ("meta__ign", Role.UNUSED)]
    assert roles("bpf_obj_drop")[0] == ("p", Role.OBJECT)
    assert [role for _, role in roles("bpf_rbtree_add")] == [
        Role.STRUCT, Role.NODE, Role.CALLBACK, Role.UNUSED, Role.UNUSED]
    assert roles("bpf_local_irq_save") == [("flags", Role.STRUCT)]
    test = kernel_calls.by_name("bpf_modify_return_test2")
    assert test is not None and "no way to pass its argument `e`" in test.problem

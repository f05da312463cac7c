"""Partial structs written by hand: layouts relocated on the target, and what is refused."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from pybpfc import Array, DeclarationError, Ptr, Str, bits, s32, s64, u8, u32, u64
from pybpfc.kernel_struct import KernelStruct
from pybpfc.vmlinux import list_head
from pybpfc_runtime import layout
from pybpfc_runtime.layout import ArrayType, PointerType, StructType


class task_struct___old(KernelStruct):
    state: s64
    __state: u32
    real_parent: Ptr[task_struct___old]
    mm: Ptr[mm_struct]
    tasks: list_head
    comm: Annotated[Str, 16]
    flag: Annotated[u32, bits(1)]
    class_: Annotated[Array[u8], 6]


class mm_struct(KernelStruct):
    total_vm: u64


class either(KernelStruct, union=True):
    small: u8
    large: u64


def described(cls: Any) -> StructType:
    found = cls.__pybpfc_type__
    assert isinstance(found, StructType)
    return found


def test_fields() -> None:
    found = described(task_struct___old)
    assert (found.name, found.kernel, found.is_union, found.packed) == ("task_struct___old", True, False, False)
    assert [field.name for field in found.fields] == ["state", "__state", "real_parent", "mm", "tasks", "comm", "flag",
                                                      "class"]
    assert found.by_name["__state"].type is layout.U32
    assert found.by_name["class_"].name == "class"
    assert found.by_name["flag"].bits == 1
    parent, mm = found.by_name["real_parent"].type, found.by_name["mm"].type
    assert isinstance(parent, PointerType) and parent.target is found
    assert isinstance(mm, PointerType) and mm.target is described(mm_struct), "named before it is defined"
    assert found.by_name["tasks"].type is described(list_head)


def test_unions() -> None:
    found = described(either)
    assert found.is_union
    assert [field.offset for field in found.fields] == [0, 0]
    assert (found.size, found.align) == (8, 8)


class kuid_t(KernelStruct, typedef=True):
    val: u32


class holder(KernelStruct):
    owner: kuid_t
    others: Annotated[Array[Ptr[mm_struct]], 4]
    rest: Annotated[Array[kuid_t], 0]


def test_typedefs_and_arrays() -> None:
    assert described(kuid_t).is_typedef and not described(holder).is_typedef
    others, rest = (described(holder).by_name[name].type for name in ("others", "rest"))
    assert isinstance(others, ArrayType) and isinstance(others.element, PointerType)
    assert others.element.target is described(mm_struct)
    assert isinstance(rest, ArrayType) and (rest.element, rest.count) == (described(kuid_t), 0)


def test_classes_are_names_only() -> None:
    assert (mm_struct | None) is not None
    with pytest.raises(TypeError, match="declare a Struct"):
        mm_struct()
    assert mm_struct.__pybpfc_kernel__ == "mm_struct"


def test_names_of_the_enclosing_function() -> None:
    number = s32

    class local(KernelStruct):
        value: number  # type: ignore[valid-type]

    assert described(local).by_name["value"].type is layout.S32


@pytest.mark.parametrize(("body", "words"), [
    ("x: int", "has no width"),
    ("x: bad", "contains itself: a pointer to it is Ptr"),
    ("pass", "has no fields"),
    ("x: u32 = 3", "the kernel's to set"),
    ("x: float", "no floating point"),
])
def test_refused(body: str, words: str) -> None:
    with pytest.raises(DeclarationError, match=words):
        exec(f"from __future__ import annotations\nclass bad(KernelStruct):\n    {body}", dict(globals()))


def test_no_inheritance() -> None:
    with pytest.raises(DeclarationError, match="C structs do not inherit"):
        class more(mm_struct):
            y: u32


def test_a_name_that_is_never_defined() -> None:
    namespace = dict(globals())
    exec("from __future__ import annotations\nclass bad(KernelStruct):\n    x: never_defined", namespace)
    with pytest.raises(DeclarationError, match="never_defined"):
        _ = described(namespace["bad"]).fields

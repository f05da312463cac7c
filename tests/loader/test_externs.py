"""Kernel functions, kernel symbols and configuration values: libbpf's layout and answers, this kernel's values."""

from __future__ import annotations

import ctypes
import gzip
import os
import re
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

import pybpfc_runtime as rt
from pybpfc_runtime import kernel_config
from pybpfc_runtime.btf import types
from pybpfc_runtime.btf.decode import decode_btf
from pybpfc_runtime.btf.encode import encode_btf
from pybpfc_runtime.btf.index import IndexedBtf
from pybpfc_runtime.btf.kernel import kernel_btf
from pybpfc_runtime.disasm import decode
from pybpfc_runtime.externs import CONFIG, Extern
from pybpfc_runtime.kernel_symbols import KernelSymbol, ModuleDescriptors, find_symbol, kernel_addresses
from pybpfc_runtime.link import POISONED_CALL, Linker, link_program
from pybpfc_runtime.uapi import BPF_PSEUDO_BTF_ID, BPF_PSEUDO_KFUNC_CALL, CALL, LDIMM64
from support.libbpf import Libbpf
from support.machine import check, needs_tool

Open = Callable[[str], rt.ObjectSpec]

RESULTS = ["acquired", "no_variable", "exit", "no_symbol", "version", "cookie", "wrapper", "tomorrow", "syscall", "jit",
           "net", "hz", "illegal", "compiler", "never"]


def libbpf_code(path: Path, program: str) -> bytes:
    """The instructions that libbpf hands to the kernel, whether or not the kernel takes them."""
    c = Libbpf().library
    c.bpf_program__insns.restype = c.bpf_object__find_program_by_name.restype = ctypes.c_void_p
    c.bpf_program__insns.argtypes = (ctypes.c_void_p,)
    c.bpf_object__find_program_by_name.argtypes = (ctypes.c_void_p, ctypes.c_char_p)
    handle = c.bpf_object__open_file(os.fsencode(path), None)
    try:
        c.bpf_object__load(handle)
        found = c.bpf_object__find_program_by_name(handle, program.encode())
        return ctypes.string_at(c.bpf_program__insns(found), c.bpf_program__insn_cnt(found) * 8)
    finally:
        c.bpf_object__close(handle)


def comparable(code: bytes) -> list[tuple[int, ...]]:
    """Instructions without descriptors, and without what stands for a missing function: that differs by version."""
    found = []
    for _, item in decode(code):
        if item.code == LDIMM64 and item.src in (1, 2):
            item = item._replace(imm=0)
        if (item.code == CALL and (item.src, item.imm) == (BPF_PSEUDO_KFUNC_CALL, 0)) or item.imm >= POISONED_CALL:
            item = item._replace(src=0, imm=0)
        found.append(tuple(item))
    return found


@pytest.mark.usefixtures("privileged")
@pytest.mark.parametrize(("name", "program"), [("externs", "use_externs"), ("ksym_variables", "use_variables")])
def test_the_code_is_libbpfs(name: str, program: str, built: Callable[[str], Path], opened: Open) -> None:
    spec = opened(name)
    linked = link_program(spec, spec.programs[program])
    linked.bind(lambda _: 1)
    expected = comparable(libbpf_code(built(name), program))
    assert comparable(bytes(linked.instructions)) == expected
    assert any(item[0] == CALL or item[2] == BPF_PSEUDO_BTF_ID for item in expected)


@pytest.mark.usefixtures("privileged")
def test_values_of_this_kernel(opened: Open) -> None:
    spec = opened("externs")
    spec.rodata.only_tgid = os.getpid()
    with spec.load() as bpf:
        with bpf.programs["use_externs"].attach():
            os.stat("/")
        found = dict(zip(RESULTS, bpf.globals.results, strict=True))
        assert found["hz"] == bpf.globals.CONFIG_HZ
        with pytest.raises(rt.SpecError, match="frozen"):
            bpf.globals.CONFIG_HZ = 1
    config = gzip.decompress(Path("/proc/config.gz").read_bytes()).decode()

    def configured(name: str) -> str:
        match = re.search(rf"^CONFIG_{name}=(.*)$", config, re.MULTILINE)
        return match[1] if match else "0"

    symbols = Path("/proc/kallsyms").read_text()
    address = re.search(r"^(\w+) \w do_exit$", symbols, re.MULTILINE)
    assert address is not None
    major, minor, patch = map(int, re.findall(r"\d+", os.uname().release)[:3])
    assert found == {
        "acquired": 1, "no_variable": 0, "exit": int(address[1], 16), "no_symbol": 0,
        "version": major << 16 | minor << 8 | min(patch, 255), "cookie": 1,
        "wrapper": int("__x64_sys_bpf" in symbols), "tomorrow": 0, "syscall": 1, "jit": 1, "net": ord("y"),
        "hz": int(configured("HZ")), "illegal": int(configured("ILLEGAL_POINTER_VALUE"), 0),
        "compiler": ord(configured("CC_VERSION_TEXT")[2]), "never": 0}


@pytest.mark.usefixtures("privileged")
def test_configuration_is_laid_out_as_libbpf_does(built: Callable[[str], Path], opened: Open) -> None:
    spec = opened("externs")
    wrapper = spec.variables["LINUX_HAS_SYSCALL_WRAPPER"].offset
    with Libbpf().open(built("externs")) as theirs, spec.load() as ours:
        (expected,) = theirs.entries("externs.kconfig").values()
        map_ = ours.maps[".kconfig"]
        assert (map_.value_size, map_.info().map_flags & 1 << 7) == (len(expected), 1 << 7)
        found = bytearray(ours._section(spec.variables["CONFIG_HZ"]))
    found[wrapper] = expected[wrapper]  # libbpf asks the kprobe device, which a kernel without kprobes lacks
    assert bytes(found) == expected


@pytest.mark.usefixtures("privileged")
def test_variables_need_their_addresses(built: Callable[[str], Path], opened: Open) -> None:
    """The kernel's verdict is the same for libbpf: with CONFIG_KALLSYMS_ALL it loads, without it does not."""
    try:
        Libbpf().open(built("ksym_variables")).close()
    except OSError:
        with pytest.raises(rt.VerifierError, match="kernel symbol 'bpf_prog_active'") as caught:
            opened("ksym_variables").load()
        assert "CONFIG_KALLSYMS_ALL" in caught.value.help
        return
    with opened("ksym_variables").load() as bpf:
        with bpf.programs["use_variables"].attach():
            os.stat("/")
        assert bpf.globals.active > 1 << 63 and bpf.globals.has_queue == 1


@pytest.mark.usefixtures("privileged")
def test_configuration_of_another_kernel(opened: Open) -> None:
    spec = opened("externs")
    spec.kconfig.update(CONFIG_HZ="0x3e8", CONFIG_BPF_JIT="m", CONFIG_CC_VERSION_TEXT='"abc"',
                        CONFIG_THAT_NEVER_WAS="-3")
    with spec.load() as bpf:
        values = bpf.globals
        assert (values.CONFIG_HZ, values.CONFIG_BPF_JIT.name) == (1000, "TRI_MODULE")
        assert (values.CONFIG_CC_VERSION_TEXT, values.CONFIG_THAT_NEVER_WAS) == ("abc", -3)


@pytest.mark.usefixtures("privileged")
@pytest.mark.parametrize(("change", "words", "help"), [
    ({"CONFIG_HZ": "y"}, "CONFIG_HZ is declared as a 4-byte integer, but its value here is y", "bool"),
    ({"CONFIG_BPF_SYSCALL": "m"}, "CONFIG_BPF_SYSCALL is declared as a bool", "libbpf_tristate"),
    ({"CONFIG_THAT_NEVER_WAS": "40000"}, "2-byte integer", "wide enough"),
    ({"CONFIG_HZ": '"text"'}, "CONFIG_HZ", "char array"),
])
def test_values_that_do_not_fit(change: dict[str, str], words: str, help: str, opened: Open) -> None:
    spec = opened("externs")
    spec.kconfig.update(change)
    with pytest.raises(rt.KernelSymbolError, match=words) as caught:
        spec.load()
    assert help in caught.value.help and caught.value.code == "BPF5008"


@pytest.mark.usefixtures("privileged")
def test_missing_and_strong(opened: Open) -> None:
    spec = opened("externs")
    for name, words in (("CONFIG_THAT_NEVER_WAS", "does not set CONFIG_THAT_NEVER_WAS"),
                        ("LINUX_OF_TOMORROW", "LINUX_OF_TOMORROW is not known"),
                        ("bpf_function_that_never_was", "no function bpf_function_that_never_was"),
                        ("variable_that_never_was", "no variable variable_that_never_was"),
                        ("symbol_that_never_was", "no symbol symbol_that_never_was")):
        weak = spec.externs[name]
        spec.externs[name] = weak._replace(weak=False)
        with pytest.raises(rt.KernelSymbolError, match=words):
            spec.load()
        spec.externs[name] = weak
    spec.load().close()


def test_another_type_than_the_kernels(opened: Open) -> None:
    spec = opened("externs")
    acquire = spec.externs["bpf_task_acquire"]
    spec.externs["bpf_task_acquire"] = acquire._replace(type_id=spec.externs["bpf_task_release"].type_id)
    with pytest.raises(rt.KernelSymbolError, match="bpf_task_acquire is declared with another type"):
        link_program(spec, spec.programs["use_externs"])
    del spec.externs["bpf_task_acquire"]
    with pytest.raises(rt.SpecError, match="refers to `bpf_task_acquire`, which the object neither"):
        link_program(spec, spec.programs["use_externs"])


@pytest.mark.usefixtures("privileged")
def test_a_missing_function_is_poisoned_and_named(opened: Open) -> None:
    spec = opened("externs")
    linked = link_program(spec, spec.programs["use_externs"])
    (slot,) = linked.missing
    assert struct.unpack_from("=i", linked.instructions, slot * 8 + 4)[0] == (
        POISONED_CALL + spec.externs["bpf_function_that_never_was"].position)
    # Without the test before it the verifier reaches the call: the test becomes a jump that is never taken.
    code = bytearray(spec.programs["use_externs"].function.instructions)
    at = next(at for at in range(0, slot * 8, 8) if code[at] == 0x15 and at >= slot * 8 - 24)
    code[at : at + 8] = struct.pack("=BBhi", 0x05, 0, 0, 0)
    spec.programs["use_externs"].function.instructions = bytes(code)
    with pytest.raises(rt.VerifierError, match="no function bpf_function_that_never_was: test it with bpf_ksym_exists"):
        spec.load()


def test_types_are_changed_as_the_kernel_wants(built: Callable[[str], Path], opened: Open) -> None:
    btf = opened("externs").btf
    assert btf is not None
    sections = {type_.name: type_ for type_ in btf.types if isinstance(type_, types.Datasec)}
    ksyms = sections[".ksyms"]
    assert ksyms.size == 4 * len(ksyms.variables) == 4 * 6
    assert [offset for _, offset, _ in ksyms.variables] == list(range(0, ksyms.size, 4))
    for type_id, _, _ in ksyms.variables:
        variable = btf.type(type_id)
        assert isinstance(variable, types.Var) and variable.linkage == types.GLOBAL
        assert isinstance(btf.type(variable.type), types.Int)
    function = btf.type(btf.find(types.BTF_KIND_FUNC, "bpf_task_release") or 0)
    assert isinstance(function, types.Func) and function.linkage == types.GLOBAL
    prototype = btf.type(function.type)
    assert isinstance(prototype, types.FuncProto) and prototype.parameters[0][0] == "dummy_ksym"
    assert decode_btf(encode_btf(btf)).types[-1].name == "dummy_ksym"
    listed = check(needs_tool("bpftool"), "btf", "dump", "file", built("externs"))
    assert "linkage=extern" in listed, "the object itself declares externs"


def module_types(name: str) -> IndexedBtf:
    """What a module of the kernel adds: one function, `void name(struct task_struct *task)`."""
    vmlinux = kernel_btf()
    task = vmlinux.find(types.BTF_KIND_STRUCT, "task_struct") or 0
    first = len(vmlinux) + 1
    strings = b"\0" + name.encode() + b"\0task\0"
    at = vmlinux._first_string + len(vmlinux.strings)  # names count on from vmlinux's, as ids do
    body = struct.pack("=III", 0, types.BTF_KIND_PTR << 24, task)
    body += struct.pack("=IIIII", 0, types.BTF_KIND_FUNC_PROTO << 24 | 1, 0, at + len(name) + 2, first)
    body += struct.pack("=III", at + 1, types.BTF_KIND_FUNC << 24, first + 1)
    header = struct.pack("=HBBIIIII", 0xEB9F, 1, 0, 24, 0, len(body), len(body), len(strings))
    return IndexedBtf(header + body + strings, "/sys/kernel/btf/own_module", vmlinux)


def test_functions_of_modules(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a module of the test's own, since this machine need not have one: a call carries the index of the
    descriptor of the module's types, an address the descriptor itself."""
    name = "bpf_function_that_never_was"
    module = module_types(name)
    monkeypatch.setattr("pybpfc_runtime.kernel_symbols.module_btfs", lambda: (module,))
    monkeypatch.setattr("pybpfc_runtime.kernel_symbols._module_fd", lambda _: os.open("/dev/null", os.O_RDONLY))
    spec = opened("externs")
    linker = Linker(spec)
    linked = linker.link(spec.programs["use_externs"])
    none, descriptor = struct.unpack("=2i", linker.fd_array())
    assert none == 0 and os.readlink(f"/proc/self/fd/{descriptor}") == "/dev/null"
    words = list(struct.iter_unpack("=BBhi", linked.instructions))
    calls = [word for word in words if word[0] == CALL and word[1] >> 4 == BPF_PSEUDO_KFUNC_CALL]
    assert [(imm, index) for _, _, index, imm in calls if index] == [(len(module), 1)]
    (address,) = [at for at, word in enumerate(words) if word[0] == LDIMM64 and word[1] >> 4 == BPF_PSEUDO_BTF_ID]
    assert (words[address][3], words[address + 1][3]) == (len(module), descriptor)
    assert find_symbol(types.BTF_KIND_FUNC, f"own_module:{name}") == KernelSymbol(module, len(module), "own_module")
    assert find_symbol(types.BTF_KIND_FUNC, "own_module:do_exit") is None
    assert find_symbol(types.BTF_KIND_FUNC, f"vmlinux:{name}") is None
    linker.close()
    assert not os.path.exists(f"/proc/self/fd/{descriptor}")


@pytest.mark.usefixtures("privileged")
def test_a_module_that_is_gone() -> None:
    with pytest.raises(rt.KernelSymbolError, match="no types of module nothing_like_it"):
        ModuleDescriptors().fd("nothing_like_it")


def value(format_: str, size: int, text: str, *, signed: bool = False) -> bytes:
    return kernel_config.config_value(Extern("CONFIG_X", CONFIG, False, 0, format_, signed, 0, size), text)


@pytest.mark.parametrize(("format_", "size", "signed", "text", "expected"), [
    ("bool", 1, False, "y", b"\1"), ("bool", 1, False, "n", b"\0"),
    ("tristate", 4, False, "y", b"\1\0\0\0"), ("tristate", 4, False, "m", b"\2\0\0\0"),
    ("tristate", 4, False, "n", b"\0\0\0\0"), ("char", 1, True, "m", b"m"), ("char", 1, True, "-1", b"\xff"),
    ("integer", 2, False, "65535", b"\xff\xff"), ("integer", 2, True, "-0x8000", b"\0\x80"),
    ("integer", 4, False, "010", b"\x08\0\0\0"), ("integer", 8, False, "0xffffffffffffffff", b"\xff" * 8),
    ("integer", 8, True, "0xffffffffffffffff", b"\xff" * 8), ("integer", 4, False, "0", bytes(4)),
    ("string", 8, False, '"abc"', b"abc\0\0\0\0\0"), ("string", 3, False, '"abc"', b"ab\0"),
    ("string", 1, False, '""', b"\0"),
])
def test_formats(format_: str, size: int, signed: bool, text: str, expected: bytes) -> None:
    assert value(format_, size, text, signed=signed) == expected


@pytest.mark.parametrize(("format_", "size", "signed", "text"), [
    ("bool", 1, False, "m"), ("bool", 1, False, "1"), ("tristate", 4, False, "1"), ("integer", 4, False, "y"),
    ("integer", 2, False, "65536"), ("integer", 2, False, "-1"), ("integer", 2, True, "32768"),
    ("integer", 4, False, "12 apples"), ("integer", 8, False, "0x1ffffffffffffffff"), ("string", 8, False, "7"),
    ("integer", 4, False, '"7"'), ("string", 8, False, '"open'),
])
def test_formats_that_do_not_fit(format_: str, size: int, signed: bool, text: str) -> None:
    with pytest.raises(rt.KernelSymbolError, match="CONFIG_X"):
        value(format_, size, text, signed=signed)


def test_configuration_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '# comment\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C="x=y"\nCONFIG_D=\n'
    assert kernel_config.parse_config(text) == {"CONFIG_A": "y", "CONFIG_C": '"x=y"'}
    packed, plain = tmp_path / "config.gz", tmp_path / "config"
    packed.write_bytes(gzip.compress(text.encode()))
    plain.write_text("CONFIG_A=m\n")
    monkeypatch.setattr(kernel_config, "PROC_CONFIG", str(packed))
    kernel_config.kernel_config.cache_clear()
    try:
        assert kernel_config.kernel_config()["CONFIG_A"] == "y"
        monkeypatch.setattr(kernel_config, "boot_config", lambda: str(plain))
        kernel_config.kernel_config.cache_clear()
        assert kernel_config.kernel_config() == {"CONFIG_A": "m"}, "/boot comes first"
    finally:
        kernel_config.kernel_config.cache_clear()


def test_ambiguous_and_hidden_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kallsyms"
    path.write_text("ffffffff81000000 T once\nffffffff81000010 t twice\nffffffff81000020 t twice\t[module]\n"
                    "ffffffff81000030 d data.llvm.123456\n0000000000000000 T hidden\nffffffff81000040 T onceagain\n")
    monkeypatch.setattr("pybpfc_runtime.kernel_symbols.KALLSYMS", str(path))
    assert kernel_addresses(["once", "data", "nothing"]) == {"once": 0xFFFFFFFF81000000, "data": 0xFFFFFFFF81000030}
    with pytest.raises(rt.KernelSymbolError, match="several symbols twice"):
        kernel_addresses(["twice"])
    with pytest.raises(rt.KernelSymbolError, match="address of hidden is hidden"):
        kernel_addresses(["hidden"])
    path.unlink()
    with pytest.raises(rt.KernelSymbolError, match="cannot be read"):
        kernel_addresses(["once"])

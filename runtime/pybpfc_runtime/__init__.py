"""The loader: BPF objects in, typed Python out.

Loads and attaches objects made by pybpfc or by clang through bpf(2), without LLVM and without libbpf.

    spec = ObjectSpec.open("count.o")
    with spec.load() as bpf, bpf.programs["count"].attach(interface="eth0"):
        print(dict(bpf.maps["traffic"].items()))

Names are imported when they are first used, so that `import pybpfc_runtime` costs next to nothing.
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False  # typing's own is true for checkers only, and importing typing costs more than this module
if TYPE_CHECKING:
    from .attach import IteratorLink as IteratorLink
    from .attach import Link as Link
    from .errors import AttachError as AttachError
    from .errors import AttachRefused as AttachRefused
    from .errors import BpfError as BpfError
    from .errors import BtfError as BtfError
    from .errors import BtfRefused as BtfRefused
    from .errors import BufferFullError as BufferFullError
    from .errors import BufferInUseError as BufferInUseError
    from .errors import ClosedError as ClosedError
    from .errors import CodecContextError as CodecContextError
    from .errors import ElfError as ElfError
    from .errors import KernelError as KernelError
    from .errors import KernelSymbolError as KernelSymbolError
    from .errors import MapError as MapError
    from .errors import MapMismatchError as MapMismatchError
    from .errors import MapOperationError as MapOperationError
    from .errors import NotSupportedByKernel as NotSupportedByKernel
    from .errors import PermissionDenied as PermissionDenied
    from .errors import RecordError as RecordError
    from .errors import RelocationError as RelocationError
    from .errors import SpecError as SpecError
    from .errors import UnknownNameError as UnknownNameError
    from .errors import UnknownOptionError as UnknownOptionError
    from .errors import UnsupportedAttach as UnsupportedAttach
    from .errors import UnsupportedFeature as UnsupportedFeature
    from .events import Batch as Batch
    from .events import BufferStatistics as BufferStatistics
    from .events import Events as Events
    from .events import UserRingWriter as UserRingWriter
    from .events import trace_pipe as trace_pipe
    from .info import ProgramInfo as ProgramInfo
    from .inspect import describe as describe
    from .layout import CodecError as CodecError
    from .link_info import LinkInfo as LinkInfo
    from .link_info import LinkType as LinkType
    from .maps import ArrayMap as ArrayMap
    from .maps import BloomFilter as BloomFilter
    from .maps import DescriptorMap as DescriptorMap
    from .maps import EventBuffer as EventBuffer
    from .maps import HashMap as HashMap
    from .maps import LocalStorage as LocalStorage
    from .maps import Map as Map
    from .maps import PerCpuArray as PerCpuArray
    from .maps import PerCpuHashMap as PerCpuHashMap
    from .maps import PerCpuValues as PerCpuValues
    from .maps import Queue as Queue
    from .maps import SparseArray as SparseArray
    from .maps import StackTraceMap as StackTraceMap
    from .maps import UserRingBuffer as UserRingBuffer
    from .maps import open_pinned as open_pinned
    from .object import Object as Object
    from .program import OpenProgram as OpenProgram
    from .program import Program as Program
    from .program import TestRunResult as TestRunResult
    from .spec import MapSpec as MapSpec
    from .spec import ObjectSpec as ObjectSpec
    from .spec import ProgramSpec as ProgramSpec
    from .struct_ops import StructOpsMap as StructOpsMap
    from .syscall import BtfInfo as BtfInfo
    from .syscall import MapInfo as MapInfo
    from .system import open_program as open_program
    from .uapi import BPF_ANY as BPF_ANY
    from .uapi import BPF_EXIST as BPF_EXIST
    from .uapi import BPF_F_LOCK as BPF_F_LOCK
    from .uapi import BPF_F_TEST_RUN_ON_CPU as BPF_F_TEST_RUN_ON_CPU
    from .uapi import BPF_F_TEST_XDP_LIVE_FRAMES as BPF_F_TEST_XDP_LIVE_FRAMES
    from .uapi import BPF_NOEXIST as BPF_NOEXIST
    from .uapi import AttachType as AttachType
    from .uapi import MapType as MapType
    from .uapi import ProgramType as ProgramType
    from .values import Array as Array
    from .values import Ptr as Ptr
    from .values import Str as Str
    from .values import Struct as Struct
    from .values import Union as Union
    from .values import be16 as be16
    from .values import be32 as be32
    from .values import be64 as be64
    from .values import bits as bits
    from .values import s8 as s8
    from .values import s16 as s16
    from .values import s32 as s32
    from .values import s64 as s64
    from .values import u8 as u8
    from .values import u16 as u16
    from .values import u32 as u32
    from .values import u64 as u64
    from .verifier import Position as Position
    from .verifier import VerifierError as VerifierError

_EXPORTS = {
    "attach": "IteratorLink Link",
    "errors": "AttachError AttachRefused BpfError BtfError BtfRefused BufferFullError BufferInUseError ClosedError "
              "CodecContextError ElfError "
              "KernelError KernelSymbolError MapError MapMismatchError MapOperationError NotSupportedByKernel "
              "PermissionDenied RecordError RelocationError SpecError UnknownNameError UnknownOptionError "
              "UnsupportedAttach UnsupportedFeature",
    "events": "Batch BufferStatistics Events UserRingWriter trace_pipe",
    "info": "ProgramInfo",
    "inspect": "describe",
    "layout": "CodecError",
    "link_info": "LinkInfo LinkType",
    "maps": "ArrayMap BloomFilter DescriptorMap EventBuffer HashMap LocalStorage Map PerCpuArray PerCpuHashMap "
            "PerCpuValues Queue SparseArray StackTraceMap UserRingBuffer open_pinned",
    "object": "Object",
    "program": "OpenProgram Program TestRunResult",
    "spec": "MapSpec ObjectSpec ProgramSpec",
    "syscall": "BtfInfo MapInfo",
    "struct_ops": "StructOpsMap",
    "system": "open_program",
    "uapi": "AttachType BPF_ANY BPF_EXIST BPF_F_LOCK BPF_F_TEST_RUN_ON_CPU BPF_F_TEST_XDP_LIVE_FRAMES BPF_NOEXIST "
            "MapType ProgramType",
    "values": "Array Ptr Str Struct Union be16 be32 be64 bits s16 s32 s64 s8 u16 u32 u64 u8",
    "verifier": "Position VerifierError",
}
_MODULE_OF = {name: module for module, names in _EXPORTS.items() for name in names.split()}

__all__ = ["__version__", *sorted(_MODULE_OF)]


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

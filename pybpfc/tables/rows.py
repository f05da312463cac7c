"""The shapes of the rows in which kernel facts are kept.

A new helper, map type, program kind or context field is one row in a table of this package; the compiler
has one generic lowering for each table and no code for a single row.
"""

from __future__ import annotations

import enum

from ..record import field, value_record


class Role(enum.Enum):
    """What a helper's argument is, as far as the compiler must know to type it and to pass it."""

    CONTEXT = "context"  # the program's context, in C `ctx`
    SCALAR = "scalar"  # an integer of the row's type
    WIRE = "wire"  # an integer whose bits go into a packet's checksum as they are, of either byte order
    CONSTANT = "constant"  # an integer that must be known at compile time
    FLAGS = "flags"  # trailing flags: 0 where left out
    MAP = "map"  # a map declaration
    MAP_KEY = "map key"  # the address of a value of the map's key type
    MAP_VALUE = "map value"  # the address of a value of the map's value type
    IN_BUFFER = "in buffer"  # memory that the helper reads; its size follows as SIZE_OF
    OUT_BUFFER = "out buffer"  # memory that the helper fills; its size follows as SIZE_OF
    SIZE_OF = "size of"  # the size of argument `of`: never written in the source
    STRUCT = "struct"  # a reference to the struct named by `type`, memory the helper reads
    OUT_STRUCT = "out struct"  # a reference to the struct named by `type`, memory the helper fills
    OUT_SCALAR = "out scalar"  # Ptr to an integer of the row's type which the helper fills
    TRUSTED = "trusted"  # a trusted BTF pointer to the kernel struct named by `type`
    UNSAFE_ADDRESS = "unsafe address"  # a kernel address to probe: an untrusted pointer or u64
    USER_ADDRESS = "user address"  # a user-space address: a user pointer or u64
    FORMAT = "format"  # a constant format string
    CALLBACK = "callback"  # an @callback function
    CALLBACK_CONTEXT = "callback context"  # the reference handed to the callback
    STRING = "string"  # a constant string literal
    RECORD = "record"  # a reserved record or an acquired object that the helper consumes
    ANY_ADDRESS = "any address"  # memory of any kind that the kernel reads without asking the verifier
    PER_CPU_SYMBOL = "per-cpu symbol"  # a `ksym` of a per-CPU variable
    LOCAL_TYPE = "local type"  # a struct of the program, passed as its number in the object's own BTF
    KERNEL_TYPE = "kernel type"  # a struct of the kernel, passed as its number in the kernel's BTF
    OBJECT = "object"  # an object of the program, made by bpf_obj_new(); `type` is "percpu" for one with copies
    NODE = "node"  # an object of the program, passed as the field that the head in argument 0 links it by
    ARENA = "arena"  # what an arena has at an address, a struct or number of the row's type, or the address as u64
    ITERATOR = "iterator"  # that of the innermost loop around the call over the iterator `type`: not in the source
    UNUSED = "unused"  # the kernel or the loader fills it in: 0 is passed, the source leaves it out


# What no source gives: the compiler, the kernel or the loader fills it in.
LEFT_OUT = (Role.SIZE_OF, Role.ITERATOR, Role.UNUSED)


class ResultKind(enum.Enum):
    VOID = "void"
    SCALAR = "scalar"  # an integer of the row's type
    MAP_VALUE = "map value"  # a reference to a value of the map in argument 0
    MEMORY = "memory"  # a reference to memory whose type the first argument decides
    TRUSTED = "trusted"  # a trusted BTF pointer to the kernel struct named by `type`
    UNTRUSTED = "untrusted"  # a kernel address typed as the struct named by `type`
    READABLE = "readable"  # an address typed as the KERNEL_TYPE in argument 1, which plain loads may follow
    STRUCT = "struct"  # a reference to a UAPI struct such as bpf_sock
    OBJECT = "object"  # an object of the struct that argument 0 names, or is of; `type` as in Role.OBJECT
    NODE = "node"  # the object that the head in argument 0 gives, by the address of its node field


class Invalidates(enum.Enum):
    NOTHING = ""
    PACKET = "packet"  # every packet pointer read before the call


@value_record
class Argument:
    """One argument of a helper in the kernel's order."""

    name: str
    role: Role
    type: str = ""  # "u32", "s64", a struct's name; empty where the role says it all
    of: int = -1  # SIZE_OF: the index of the buffer
    nullable: bool = False  # None may be passed
    optional: bool = False  # may be left out of the source (flags); 0 is passed
    kernel: str = ""  # the kernel's own struct of which a trusted pointer serves too


@value_record
class Result:
    kind: ResultKind
    type: str = ""
    nullable: bool = False


@value_record
class Helper:
    """A helper function of the kernel: number from UAPI `bpf.h`, the rest from its prototype."""

    name: str
    number: int
    arguments: tuple[Argument, ...]
    result: Result
    acquires: str = ""  # the kind of resource the result must be released as
    releases: str = ""  # the kind of resource that the RECORD argument gives up
    invalidates: Invalidates = Invalidates.NOTHING
    gpl_only: bool = False
    since: str = ""  # the kernel version that brought it, "4.10"
    variadic: bool = False  # bpf_trace_printk: values follow the format
    may_sleep: bool = False  # callable in sleepable programs alone
    takes_packets: bool = False  # a pointer into the packet may be passed where it takes memory


@value_record
class MapKind:
    """A map type: what the loader needs to create it and what a program may do with it."""

    class_name: str  # HashMap
    kernel_name: str  # BPF_MAP_TYPE_HASH
    number: int
    has_key: bool = True  # False for ring buffers, queues: no key in its definition
    has_value: bool = True
    key_is_index: bool = False  # the key is u32 and an index below max_entries
    per_cpu: bool = False
    flags: int = 0  # map_flags that are always set (LpmTrie: BPF_F_NO_PREALLOC)
    methods: frozenset[str] = frozenset()  # "lookup", "update", "delete", "reserve", ...
    operators: frozenset[str] = frozenset()  # "setitem", "delitem", "contains", "get", "augment"
    since: str = ""
    parameters: tuple[str, ...] = ("key", "value")  # in brackets: "key", "value", "record", "context", "map"
    key: str = ""  # the key's type where the kind fixes it
    value: str = ""  # the value's type where the kind fixes it or the brackets leave it out
    entries: str = "required"  # max_entries: "required", "optional", "none" (the kernel wants 0), "one"
    sleepable: str = ""  # the version that first takes one in a sleepable program; empty: no released kernel does


@value_record
class ContextField:
    """A member of a program's context, as UAPI `bpf.h` lays it out."""

    name: str
    type: str  # "u32", "be16", "packet" (data), "packet_end", "packet_meta", "bpf_sock", "Array[u32, 5]"
    offset: int
    size: int
    readable: bool = True
    writable: bool = False
    nullable: bool = False  # a pointer that must be tested before use


@value_record
class Context:
    """A context struct: what the program's first argument points to."""

    name: str  # xdp_md
    size: int
    fields: tuple[ContextField, ...]


@value_record
class Legal:
    """Return values that the kernel gives a meaning to; `neutral` is what a failed assert returns."""

    neutral: int
    minimum: int | None = None  # None: any s32
    maximum: int | None = None
    names: dict[int, str] = field(default_factory=dict)


@value_record
class ProgramKind:
    """A program kind: libbpf's SEC() row, with what the compiler checks about it."""

    decorator: str  # xdp
    section: str  # "xdp"; "tracepoint/{0}/{1}" where the decorator takes arguments
    program_type: str  # BPF_PROG_TYPE_XDP
    attach_type: str = ""  # BPF_XDP, or empty
    context: str = ""  # the Context row, or a kernel type; empty: chosen by the parameter's annotation
    arguments: tuple[str, ...] = ()  # names of the decorator's positional arguments
    legal: Legal = Legal(0)
    helpers: str = ""  # the set of helpers, by program type
    packet: str = ""  # where data starts: "frame", "network", "transport", "payload", "data"; "" without a packet
    sleepable: bool = False
    since: str = ""
    library: str = ""  # the module of this package whose maps and functions each such program brings along


@value_record
class KernelFunction:
    """A kernel function that programs call by name (kfunc), with its prototype in the words of a type.

    Words: "void", a scalar as "u64", "&T" a pointer to struct T, "&T:8:8" to one that is
    opaque to programs with its size and alignment in bytes, "&s32?" a pointer that may be null.
    """

    name: str
    arguments: tuple[str, ...]
    result: str = "void"
    since: str = ""
    flags: frozenset[str] = frozenset()  # the kernel's KF_ flags without the prefix: "ACQUIRE", "RET_NULL"
    acquires: str = ""  # the kind of resource the result must be released as
    releases: str = ""  # the kind of resource that argument `released` gives up
    released: int = 0
    locked: bool = False  # the lock beside its list or tree must be held
    lends: bool = False  # what it releases, or else what it gives, may be used until the lock is given back
    fails: bool = False  # it gives 0 where it acquired and an error where it did not
    arena: bool = False  # it takes memory of the program's arena
    prototype: object = None  # a kernel_functions.Signature where the types are the kernel's own and words are not used


@value_record
class Section:
    """Two kernel functions between which something is held that their prototypes do not show.

    The verifier follows them in process_spin_lock(), process_irq_flag(), process_dynptr_func() and check_kfunc_call().
    """

    enter: str
    leave: str
    kind: str  # of resource
    fails: bool = False  # entering it gives 0 or an error
    ordered: bool = True  # of several that are held, the last is given back first
    protects: bool = False  # a lock: without it nothing on the list or tree in its value may be looked at


@value_record
class TakesObject:
    """A kernel function that its caller gives an object of the program to: it is not the caller's afterwards."""

    name: str
    position: int  # of the argument
    lends: bool = False  # it may be looked at until the lock is given back (ref_convert_owning_non_owning())


@value_record
class KernelIterator:
    """An open-coded iterator of the kernel: `bpf_iter_NAME_new`, `_next` and `_destroy`, struct `bpf_iter_NAME`."""

    name: str
    size: int  # of struct bpf_iter_NAME in bytes
    since: str
    rcu: bool = False  # in a sleepable program it needs an RCU section around it (KF_RCU_PROTECTED)
    sleepable: bool = False  # for sleepable programs alone
    trusted: bool = False  # what it is made from is an object that the verifier trusts (KF_TRUSTED_ARGS)

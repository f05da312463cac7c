"""3xxx: safety, and the two type errors that only ranges can find (BPF2020, BPF2021)."""

from __future__ import annotations

from typing import ClassVar

from ...record import record
from ..source import Span
from .diagnostic import Diagnostic


@record
class Narrowing(Diagnostic):
    code: ClassVar[str] = "BPF2020"
    title: ClassVar[str] = "`{source}` may not fit `{target}`"
    label: ClassVar[str] = "{subject} is {known}, `{target}` holds {holds}"
    help: ClassVar[str] = "if the upper bits may go, say so: `{cast}`; if they are never set, {compare}"
    source: str
    target: str
    subject: str
    known: str
    holds: str
    cast: str
    compare: str


@record
class MixedSignedness(Diagnostic):
    code: ClassVar[str] = "BPF2021"
    title: ClassVar[str] = "`{source}` and `{target}` differ in sign, and the value may not fit both"
    label: ClassVar[str] = "{subject} is {known}, `{target}` holds {holds}"
    help: ClassVar[str] = "say which one is meant: `{target}({text})` keeps the bits"
    source: str
    target: str
    subject: str
    known: str
    holds: str
    text: str


@record
class MaybeUnassigned(Diagnostic):
    code: ClassVar[str] = "BPF3001"
    title: ClassVar[str] = "`{name}` may have no value here"
    label: ClassVar[str] = "read here"
    related: ClassVar[dict[str, str]] = {"assigned": "assigned here, but not on every path to the use",
                                         "also": "and here"}
    help: ClassVar[str] = "give `{name}` a value before the branch or the loop that may skip the assignment"
    name: str
    assigned: Span | None = None
    also: Span | None = None


@record
class IndexOutOfRange(Diagnostic):
    code: ClassVar[str] = "BPF3010"
    title: ClassVar[str] = "the index may lie outside of the array's {count} elements"
    label: ClassVar[str] = "the index is {known}"
    note: ClassVar[str] = "an index into a fixed array must provably be 0 to {last}"
    help: ClassVar[str] = "{way_out}"
    count: int
    last: int
    known: str
    way_out: str


@record
class ConstantIndexOutOfRange(Diagnostic):
    code: ClassVar[str] = "BPF3011"
    title: ClassVar[str] = "the index is outside of the array's {count} elements"
    label: ClassVar[str] = "the index is {known}"
    help: ClassVar[str] = "{way_out}"
    count: int
    known: str
    way_out: str


@record
class UncheckedPacketAccess(Diagnostic):
    code: ClassVar[str] = "BPF3020"
    title: ClassVar[str] = "the packet may be too short for this access"
    label: ClassVar[str] = "{what}"
    note: ClassVar[str] = "the verifier refuses to touch packet bytes that no comparison with the packet's end covers"
    help: ClassVar[str] = "check it first: {check}"
    what: str
    check: str


@record
class StalePacketReference(Diagnostic):
    code: ClassVar[str] = "BPF3021"
    title: ClassVar[str] = "the packet may have moved since this reference was made"
    label: ClassVar[str] = "used here"
    related: ClassVar[dict[str, str]] = {"call": "`{name}` may move the packet"}
    note: ClassVar[str] = "after such a call the verifier forgets all references into the packet"
    help: ClassVar[str] = "read `{context}.data` and `{context}.data_end` again after the call, and check again; " \
                          "a new `{context}.cursor()` is at the packet's start"
    call: Span
    name: str
    context: str


@record
class StackFrameTooLarge(Diagnostic):
    code: ClassVar[str] = "BPF3030"
    title: ClassVar[str] = "`{function}` needs {size} bytes of stack, {limit} are allowed"
    label: ClassVar[str] = "{size} bytes in all"
    note: ClassVar[str | tuple[str, ...]] = "{breakdown}"
    help: ClassVar[str] = ("keep large objects elsewhere: in a per-CPU array map with one entry, "
                           "or in the record of a ring buffer")
    function: str
    size: int
    limit: int
    breakdown: str


@record
class StackChainTooLarge(Diagnostic):
    code: ClassVar[str] = "BPF3031"
    title: ClassVar[str] = "`{function}` and what it calls need {size} bytes of stack, {limit} are allowed"
    label: ClassVar[str] = "the chain of calls begins here"
    note: ClassVar[str | tuple[str, ...]] = (
        "the chain: {chain}", "each frame counts as a multiple of {rounding} bytes and as at least {rounding}")
    help: ClassVar[str] = ("keep large objects elsewhere: in a per-CPU array map with one entry, "
                           "or in the record of a ring buffer")
    function: str
    size: int
    limit: int
    chain: str
    rounding: int = 32


@record
class EndlessLoop(Diagnostic):
    code: ClassVar[str] = "BPF3040"
    title: ClassVar[str] = "this loop has no way out"
    label: ClassVar[str] = "nothing in it ever leaves it"
    note: ClassVar[str] = "a BPF program must end: the verifier refuses an infinite loop"
    help: ClassVar[str] = "leave it with `break` or `return`, or bound it: `for i in range(64):`"


@record
class UnprovenLoop(Diagnostic):
    code: ClassVar[str] = "BPF3041"
    severity: ClassVar[str] = "warning"
    title: ClassVar[str] = "the end of this loop cannot be seen"
    label: ClassVar[str] = "no counter, and no cursor that runs out"
    note: ClassVar[str] = "it is compiled as it stands: whether it is bounded is decided by the verifier"
    help: ClassVar[str] = "where there is a bound, write it: `for i in range(64):` with a `break`"


@record
class LongLoop(Diagnostic):
    code: ClassVar[str] = "BPF3043"
    severity: ClassVar[str] = "warning"
    title: ClassVar[str] = "the verifier may give up on this loop"
    label: ClassVar[str] = "up to {rounds} rounds"
    note: ClassVar[str] = ("it walks a native loop round by round, with at most {branches} branches open at a time and "
                           "{instructions} instructions in all")
    help: ClassVar[str] = "`for i in bpf_for(0, n):` and `bpf_loop(n, ...)` are verified once for any number of rounds"
    rounds: int
    branches: int
    instructions: int


@record
class UnboundedRange(Diagnostic):
    code: ClassVar[str] = "BPF3042"
    title: ClassVar[str] = "the number of rounds of this loop has no provable bound"
    label: ClassVar[str] = "up to {rounds} rounds"
    note: ClassVar[str] = "a native loop must provably take fewer than {limit} rounds"
    help: ClassVar[str] = "bound it: `range(min(n, 64))`, or compare the bound with a constant first"
    rounds: int
    limit: int


@record
class ObjectMadeAgain(Diagnostic):
    code: ClassVar[str] = "BPF3050"
    title: ClassVar[str] = "this makes a new object where an earlier one is still in use"
    label: ClassVar[str] = "overwrites the earlier object"
    related: ClassVar[dict[str, str]] = {"use": "the earlier object is read here"}
    note: ClassVar[str] = "a constructor has one place on the stack, however often it runs"
    help: ClassVar[str] = "keep the earlier object apart: `copy(x)`"
    use: Span | None = None


@record
class HelperNotAvailable(Diagnostic):
    code: ClassVar[str] = "BPF3060"
    title: ClassVar[str] = "`{helper}` cannot be called from {program_type} programs"
    label: ClassVar[str] = "called here"
    related: ClassVar[dict[str, str]] = {"program": "by way of this program"}
    note: ClassVar[str] = "{callers}"
    help: ClassVar[str] = "{way_out}"
    helper: str
    program_type: str
    callers: str
    way_out: str = ""
    program: Span | None = None


@record
class HelperNeedsGpl(Diagnostic):
    code: ClassVar[str] = "BPF3061"
    title: ClassVar[str] = "`{helper}` is only for programs with a license compatible with the GPL"
    label: ClassVar[str] = "called here"
    note: ClassVar[str | tuple[str, ...]] = ("{declared}", "the kernel accepts {accepted}")
    help: ClassVar[str] = 'if that is your license, declare it at module level: `LICENSE = "GPL"`'
    helper: str
    declared: str
    accepted: str


@record
class Recursion(Diagnostic):
    code: ClassVar[str] = "BPF3062"
    title: ClassVar[str] = "`{function}` calls itself"
    label: ClassVar[str] = "this call leads back to `{function}`"
    note: ClassVar[str] = "the chain of calls: {chain}"
    help: ClassVar[str] = "BPF has no recursion: write a loop"
    function: str
    chain: str


@record
class AtomicNeedsNewerCpu(Diagnostic):
    code: ClassVar[str] = "BPF3063"
    title: ClassVar[str] = "this atomic operation needs BPF cpu version v3, the target is {cpu}"
    label: ClassVar[str] = "{why}"
    note: ClassVar[str] = "v1 and v2 have the atomic add without a result alone; the others came with Linux 5.12"
    help: ClassVar[str] = "build with `--cpu v3`{besides}"
    cpu: str
    why: str
    besides: str = ""


@record
class Sleeps(Diagnostic):
    code: ClassVar[str] = "BPF3064"
    title: ClassVar[str] = "`{function}` may sleep, and `@{kind}` programs may not"
    label: ClassVar[str] = "called here"
    related: ClassVar[dict[str, str]] = {"program": "by way of this program"}
    note: ClassVar[str] = "the verifier refuses what may sleep in a program that was not loaded with BPF_F_SLEEPABLE"
    help: ClassVar[str] = "{way_out}"
    function: str
    kind: str
    way_out: str
    program: Span | None = None


@record
class NeedsRcuSection(Diagnostic):
    code: ClassVar[str] = "BPF3065"
    title: ClassVar[str] = "`{iterator}` in a sleepable program needs an RCU read section"
    label: ClassVar[str] = "what it yields is kept alive by RCU alone"
    note: ClassVar[str] = "programs that do not sleep run in such a section from their start"
    help: ClassVar[str] = "put the loop into `with bpf_rcu_read_lock():`"
    iterator: str


@record
class OneArena(Diagnostic):
    code: ClassVar[str] = "BPF3066"
    title: ClassVar[str] = "{problem}"
    label: ClassVar[str] = "{label_text}"
    related: ClassVar[dict[str, str]] = {"other": "the other one is used here"}
    note: ClassVar[str] = "the verifier lets a program follow pointers into one arena, whose map it must find in it"
    help: ClassVar[str] = "{way_out}"
    problem: str
    label_text: str
    way_out: str
    other: Span | None = None


@record
class MapNotForSleepable(Diagnostic):
    code: ClassVar[str] = "BPF3067"
    title: ClassVar[str] = "`{name}` cannot be used in a sleepable program: it is a {kind}"
    label: ClassVar[str] = "used here"
    related: ClassVar[dict[str, str]] = {"program": "by way of this program"}
    note: ClassVar[str] = "of maps the verifier takes these there: {allowed}"
    help: ClassVar[str] = "use one of these{way_out}"
    name: str
    kind: str
    allowed: str
    way_out: str
    program: Span | None = None


@record
class ObjectHeldBack(Diagnostic):
    code: ClassVar[str] = "BPF3077"
    title: ClassVar[str] = "`{name}` cannot be used in a `@{kind}` program: its values hold a {object}"
    label: ClassVar[str] = "used here"
    related: ClassVar[dict[str, str]] = {"program": "by way of this program"}
    note: ClassVar[str] = "the verifier keeps maps with a {object} from {types}"
    help: ClassVar[str] = "{way_out}"
    name: str
    kind: str
    object: str
    types: str
    way_out: str
    program: Span | None = None


@record
class CopiesOutOfReach(Diagnostic):
    code: ClassVar[str] = "BPF3078"
    title: ClassVar[str] = "`{name}` cannot reach the copies of an object that is in no field yet"
    label: ClassVar[str] = "the object is passed here"
    related: ClassVar[dict[str, str]] = {"made": "which was got here"}
    note: ClassVar[str] = "the verifier lets programs reach them under RCU's protection alone"
    help: ClassVar[str] = ("put it into its field with `bpf_kptr_xchg`, and read the field inside of "
                           "`with bpf_rcu_read_lock():`")
    name: str
    made: Span | None = None


@record
class ProgramsDiffer(Diagnostic):
    code: ClassVar[str] = "BPF3079"
    title: ClassVar[str] = "`{first}` and `{second}` cannot share the ProgArray `{name}`"
    label: ClassVar[str] = "{use}"
    related: ClassVar[dict[str, str]] = {"owner": "the map is for this program", "program": "by way of this program"}
    note: ClassVar[str] = "a ProgArray is for programs of one type and attach type; these differ: {differ}"
    help: ClassVar[str] = "declare a ProgArray for each"
    name: str
    first: str
    second: str
    use: str
    differ: str
    owner: Span | None = None
    program: Span | None = None


@record
class HeadOfEvent(Diagnostic):
    code: ClassVar[str] = "BPF4003"
    title: ClassVar[str] = "the first {size} bytes of an event are not for programs"
    label: ClassVar[str] = "this reads at offset {offset}"
    note: ClassVar[str] = "the kernel keeps them to itself (tp_prog_is_valid_access in kernel/trace/bpf_trace.c)"
    help: ClassVar[str] = "read the fields behind them, which start at byte {size}; `bpf_get_current_pid_tgid()` is " \
                          "the process"
    size: int
    offset: int


@record
class Leak(Diagnostic):
    code: ClassVar[str] = "BPF3070"
    title: ClassVar[str] = "{what} is not released on every path"
    label: ClassVar[str] = "{exit}"
    related: ClassVar[dict[str, str]] = {"acquired": "acquired here by `{helper}`"}
    note: ClassVar[str] = "the verifier refuses a program that leaves without giving back what it acquired"
    help: ClassVar[str] = "{way_out}"
    what: str
    exit: str
    helper: str
    way_out: str
    acquired: Span | None = None


@record
class UseAfterRelease(Diagnostic):
    code: ClassVar[str] = "BPF3071"
    title: ClassVar[str] = "{what} may already be released here"
    label: ClassVar[str] = "used here"
    related: ClassVar[dict[str, str]] = {"released": "released here"}
    help: ClassVar[str] = "move the use before the release, or copy what is needed out of it first"
    what: str
    released: Span | None = None


@record
class NotLocked(Diagnostic):
    code: ClassVar[str] = "BPF3072"
    title: ClassVar[str] = "`{function}` needs the lock that is beside the list or tree"
    label: ClassVar[str] = "no lock is held here"
    note: ClassVar[str] = "the verifier lets programs reach lists and trees only under the lock in the same value"
    help: ClassVar[str] = "call it inside `with bpf_spin_lock(value.lock):`"
    function: str


@record
class CallUnderLock(Diagnostic):
    code: ClassVar[str] = "BPF3075"
    title: ClassVar[str] = "`{function}` is called while a lock is held"
    label: ClassVar[str] = "{what}"
    related: ClassVar[dict[str, str]] = {"acquired": "the lock is taken here"}
    note: ClassVar[str] = "under a lock the verifier takes no helper, and kernel functions for lists and trees alone"
    help: ClassVar[str] = "{way_out}"
    function: str
    what: str
    way_out: str
    acquired: Span | None = None


@record
class OtherMap(Diagnostic):
    code: ClassVar[str] = "BPF3076"
    title: ClassVar[str] = "`{function}` is given the map `{given}`, and the {object} is in a value of `{found}`"
    label: ClassVar[str] = "not the map of the value"
    related: ClassVar[dict[str, str]] = {"call": "the value comes from here"}
    note: ClassVar[str] = "the kernel ends what is pending in a map with the map: the verifier wants to see that one"
    help: ClassVar[str] = "pass the map that the value was looked up in: `{found}`"
    function: str
    object: str
    given: str
    found: str
    call: Span | None = None


@record
class NotHeld(Diagnostic):
    code: ClassVar[str] = "BPF3073"
    title: ClassVar[str] = "`{function}` gives back what {state}"
    label: ClassVar[str] = "{what}"
    related: ClassVar[dict[str, str]] = {"acquired": "{where}"}
    note: ClassVar[str] = "the verifier refuses to leave a section that the program is not in on every path"
    help: ClassVar[str] = "{way_out}"
    function: str
    state: str
    what: str
    where: str
    way_out: str
    acquired: Span | None = None


@record
class HandsOnNothing(Diagnostic):
    code: ClassVar[str] = "BPF3074"
    title: ClassVar[str] = "`{function}` returns an object that it holds no reference to"
    label: ClassVar[str] = "not the program's to hand on"
    note: ClassVar[str] = "the kernel takes over the reference to what such a program returns"
    help: ClassVar[str] = "return what the program was handed or acquired, such as by `bpf_kptr_xchg`, or None"
    function: str

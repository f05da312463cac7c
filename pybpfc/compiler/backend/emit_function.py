"""One function of our IR as LLVM text.

Nothing is decided here: widths, signedness, alignment and volatility are in the IR. What is added is the
spelling that BPF needs of LLVM, each with the trap it avoids.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pybpfc_runtime import layout

from ...tables.rows import ContextField
from .. import types
from ..errors import InternalError
from ..ir import module as ir
from ..ir.graph import Graph
from ..source import Span
from ..types import VoidType
from . import memory
from .text import constant, extension, readable, register_type, symbol

if TYPE_CHECKING:
    from .emit import ModuleEmitter

_LINKAGE = {
    ir.Linkage.PROGRAM: "dso_local",
    ir.Linkage.STATIC: "internal",
    # weak: else interprocedural passes hand poison to arguments that the function does not use, and the
    # verifier, which checks a global function by its prototype, finds an uninitialised register.
    ir.Linkage.GLOBAL: "weak dso_local",
}
_WITH_32_BIT_REGISTERS = frozenset({"v3", "v4"})


class FunctionEmitter:
    """Emits one function into `lines`."""

    def __init__(self, module: ModuleEmitter, function: ir.Function) -> None:
        self._module = module
        self._function = function
        self._home = function.span.source
        self._subprogram = module.debug.subprogram(function)
        self._operands: dict[ir.Value, str] = {}
        self._locals: dict[ir.Local, str] = {}
        self._slots: dict[ir.Slot, str] = {}
        self._labels: dict[ir.Block, str] = {}
        self._allocas: list[str] = []
        self._returns: list[ir.Return] = []
        self._count = 0
        self._debug = ""  # `, !dbg !7` of the instruction at hand
        self.lines: list[str] = []

    def emit(self) -> list[str]:
        """The lines of the definition."""
        function = self._function
        for number, local in enumerate(function.locals):
            name = self._locals[local] = f"%{readable(local.name)}.{number}"
            self._allocas.append(f"  {name} = alloca {'i64' if local.counts else register_type(local.type)}")
        for number, slot in enumerate(function.slots):
            name = self._slots[slot] = f"%{readable(slot.name)}.slot.{number}"
            self._allocas.append(f"  {name} = alloca [{slot.type.size} x i8], align {_slot_align(slot.type)}")
        blocks = Graph(function).order  # definitions before uses
        for number, block in enumerate(blocks):
            self._labels[block] = f"block.{readable(block.name)}.{number}"
        returns = [block.terminator for block in blocks if isinstance(block.terminator, ir.Return)]
        # One `ret` at the end, as in C: LLVM puts the common one where it finds the first, and jumps around it.
        self._returns = returns if len(returns) > 1 else []
        if self._returns and not isinstance(function.result, VoidType):
            self._allocas.append(f"  %result = alloca {register_type(function.result)}")
        self._debug = f", !dbg {self._module.debug.place(function.span, self._subprogram, self._home)}"
        for number, parameter in enumerate(function.parameters):
            self._store_local(parameter.local, f"%argument.{number}")
        self._line(f"br label %{self._labels[blocks[0]]}")
        for block in blocks:
            self.lines.append(f"{self._labels[block]}:")
            for instruction in block.instructions:
                self._instruction(instruction)
            self._terminator(block)
        if self._returns:
            self._common_return()
        return [self._header(), "entry:", *self._allocas, *self.lines, "}"]

    def _header(self) -> str:
        function = self._function
        parameters = ", ".join(f"{register_type(p.type)} {extension(p.type)}%argument.{number}"
                               for number, p in enumerate(function.parameters))
        section = f" section {self._module.quoted_section(function)}" if function.linkage is ir.Linkage.PROGRAM else ""
        inlining = "" if function.linkage is ir.Linkage.PROGRAM else " noinline"
        return (f"define {_LINKAGE[function.linkage]} {extension(function.result)}{register_type(function.result)} "
                f"{symbol(function.name)}({parameters}) #0{inlining}{section} !dbg {self._subprogram} {{")

    # What every instruction needs.

    def _line(self, text: str) -> None:
        self.lines.append(f"  {text}{self._debug}")

    def _new(self) -> str:
        self._count += 1
        return f"%v{self._count}"

    def _value(self, text: str, attached: str = "") -> str:
        """Emit an instruction that yields something; its register."""
        name = self._new()
        self.lines.append(f"  {name} = {text}{self._debug}{attached}")
        return name

    def _operand(self, value: ir.Value) -> str:
        known = self._operands.get(value)
        if known is None:
            if not isinstance(value, ir.Constant):
                raise InternalError(f"{type(value).__name__} is used before it is computed in {self._function.name}",
                                    getattr(value, "span", self._function.span))
            known = self._operands[value] = constant(value.type, value.value)
        return known

    def _typed(self, value: ir.Value) -> str:
        return f"{register_type(value.type)} {self._operand(value)}"

    def _argument(self, value: ir.Value) -> str:
        return f"{register_type(value.type)} {extension(value.type)}{self._operand(value)}"

    def _declared(self, name: str, declaration: str) -> str:
        """An intrinsic's name; the module declares it once."""
        return self._module.declared(name, declaration)

    def _instruction(self, instruction: ir.Instruction) -> None:
        self._debug = f", !dbg {self._module.debug.place(instruction.span, self._subprogram, self._home)}"
        emit = _EMITTERS.get(type(instruction))
        if emit is None:
            raise InternalError(f"no emission for {type(instruction).__name__}", instruction.span)
        result = emit(self, instruction)
        if result is not None:
            self._operands[instruction] = result

    def _terminator(self, block: ir.Block) -> None:
        terminator = block.terminator
        if terminator is None:
            raise InternalError(f"block {block.name} of {self._function.name} has no end", self._function.span)
        self._debug = f", !dbg {self._module.debug.place(terminator.span, self._subprogram, self._home)}"
        if isinstance(terminator, ir.Jump):
            self._line(f"br label %{self._labels[terminator.target]}")
        elif isinstance(terminator, ir.Branch):
            self._line(f"br i1 {self._operand(terminator.condition)}, label %{self._labels[terminator.then]}, "
                       f"label %{self._labels[terminator.otherwise]}")
        elif isinstance(terminator, ir.Return) and self._returns:
            if terminator.value is not None:
                self._line(f"store {self._typed(terminator.value)}, ptr %result")
            self._line("br label %leave")
        elif isinstance(terminator, ir.Return):
            self._line("ret void" if terminator.value is None else f"ret {self._typed(terminator.value)}")
        else:
            raise InternalError(f"no emission for {type(terminator).__name__}", terminator.span)

    def _common_return(self) -> None:
        last = max(self._returns, key=lambda item: (item.span.line, item.span.column))
        self._debug = f", !dbg {self._module.debug.place(last.span, self._subprogram, self._home)}"
        self.lines.append("leave:")
        if isinstance(self._function.result, VoidType):
            self._line("ret void")
            return
        type_ = register_type(self._function.result)
        self._line(f"ret {type_} {self._value(f'load {type_}, ptr %result')}")

    # Registers.

    def local_read(self, read: ir.LocalRead) -> str:
        width, place = register_type(read.local.type), self._locals[read.local]
        if read.local.counts and width != "i64":
            return self._value(f"trunc i64 {self._value(f'load i64, ptr {place}')} to {width}")
        return self._value(f"load {width}, ptr {place}")

    def local_write(self, write: ir.LocalWrite) -> None:
        self._store_local(write.local, self._operand(write.value))

    def _store_local(self, local: ir.Local, operand: str) -> None:
        width = register_type(local.type)
        if local.counts:
            if width != "i64":
                operand, width = self._value(f"zext {width} {operand} to i64"), "i64"
            operand = self._value(f'call i64 asm sideeffect "", "=r,0"(i64 {operand})')
        self._line(f"store {width} {operand}, ptr {self._locals[local]}")

    def binary(self, binary: ir.Binary) -> str:
        operator = "urem" if binary.operator is ir.Operator.UMOD else binary.operator.value
        return self._value(f"{operator} {self._typed(binary.left)}, {self._operand(binary.right)}")

    def compare(self, compare: ir.Compare) -> str:
        return self._value(f"icmp {compare.predicate.value} {self._typed(compare.left)}, "
                           f"{self._operand(compare.right)}")

    def convert(self, convert: ir.Convert) -> str:
        source, target = register_type(convert.value.type), register_type(convert.type)
        if convert.conversion is ir.Conversion.REINTERPRET:
            if source != target:
                raise InternalError(f"{source} cannot be reinterpreted as {target}", convert.span)
            return self._operand(convert.value)
        made = self._value(f"{convert.conversion.value} {source} {self._operand(convert.value)} to {target}")
        if not convert.number:
            return made
        negated = self._value(f"sub {target} 0, {made}")
        hidden = self._value(f'call {target} asm sideeffect "", "=r,0"({target} {negated})')
        return self._value(f"sub {target} 0, {hidden}")

    def byte_swap(self, swap: ir.ByteSwap) -> str:
        width = register_type(swap.type)
        name = self._declared(f"@llvm.bswap.{width}", f"{width} @llvm.bswap.{width}({width})")
        return self._value(f"call {width} {name}({self._typed(swap.value)})")

    def opaque(self, opaque: ir.Opaque) -> str:
        width = register_type(opaque.type)
        operand = self._operand(opaque.value)
        if width == "i1":
            return self._hidden_bit(operand)
        if width == "i32" and self._module.cpu in _WITH_32_BIT_REGISTERS:
            # LLVM takes every 32-bit result for one that cleared the upper half, this one too (BPFMIPeephole.cpp), so
            # it is hidden as 64 bits. In the verifier's eyes the half is not cleared either behind a shift by a
            # variable or a division (is_safe_to_compute_dst_reg_range() in kernel/bpf/verifier.c).
            wide = self._value(f"zext i32 {operand} to i64")
            hidden = self._value(f'call i64 asm sideeffect "", "=r,0"(i64 {wide})')
            return self._value(f"trunc i64 {hidden} to i32")
        return self._value(f'call {width} asm sideeffect "", "=r,0"({width} {operand})')

    def _hidden_bit(self, bit: str) -> str:
        byte = self._value(f"zext i1 {bit} to i8")
        byte = self._value(f'call i8 asm sideeffect "", "=r,0"(i8 {byte})')
        return self._value(f"trunc i8 {byte} to i1")

    def barrier(self, _: ir.Barrier) -> None:
        self._count += 1  # equal statements at the heads of two blocks would be made one above them
        self._line(f'call void asm sideeffect "", "i"(i32 {self._count})')

    def keep(self, keep: ir.Keep) -> None:
        self._line(f'call void asm sideeffect "", "r"({self._typed(keep.value)})')

    def assume(self, assume: ir.Assume) -> None:
        name = self._declared("@llvm.assume", "void @llvm.assume(i1)")
        self._line(f"call void {name}(i1 {self._operand(assume.value)})")

    # Addresses.

    def slot_address(self, address: ir.SlotAddress) -> str:
        return self._slots[address.slot]

    def map_address(self, address: ir.MapAddress) -> str:
        return symbol(address.map.name)

    def global_address(self, address: ir.GlobalAddress) -> str:
        return symbol(address.variable.name)

    def string_address(self, address: ir.StringAddress) -> str:
        return self._module.string(address.text, address.span)

    def function_address(self, address: ir.FunctionAddress) -> str:
        return symbol(address.function)

    def _base(self, base: ir.Value) -> str:
        """A base address; one of the context keeps constant offsets, or the verifier refuses the access."""
        if ir.pointer_space(base) in (types.Space.CONTEXT, types.Space.CALLER) \
                and not isinstance(base, (ir.FieldAddress, ir.ElementAddress)):
            return self._context(base)
        return self._operand(base)

    def _offset(self, base: str, offset: int, pointer: str = "ptr") -> str:
        return self._value(f"getelementptr inbounds i8, {pointer} {base}, i64 {offset}")

    def _part(self, base: ir.Value, offset: int) -> str:
        """The address so many bytes behind another one."""
        return self._offset(self._base(base), offset, register_type(base.type))

    def field_address(self, address: ir.FieldAddress) -> str:
        struct = address.struct.layout
        if not address.relocatable:
            return self._part(address.base, struct.fields[address.index].offset)
        node = self._module.debug.types.anonymous(struct) if _is_anonymous(address.base) \
            else self._module.debug.types.of(address.struct)
        index = self._module.debug.types.member_index(struct, address.index)
        base = self._operand(address.base)
        field = struct.fields[address.index]
        if struct.is_union and not field.bits:
            name = self._declared("@llvm.preserve.union.access.index.p0.p0",
                                  "ptr @llvm.preserve.union.access.index.p0.p0(ptr, i32 immarg)")
            call = f"call ptr {name}(ptr {base}, i32 {index})"
        else:
            name = self._declared("@llvm.preserve.struct.access.index.p0.p0",
                                  "ptr @llvm.preserve.struct.access.index.p0.p0(ptr, i32 immarg, i32 immarg)")
            # Offsets come from the debug info; of the element type LLVM wants that it is a struct with a member 0, as
            # where it reckons whether a branch on such a member is worth its own block; and that its alignment is that
            # of the unit that a bit field is in, or LLVM ends the process. It would do so too where a bit field of a
            # union has the form above, which says no alignment; the record is the same.
            unit = _unit(struct, field) if field.bits else 1
            call = f"call ptr {name}(ptr elementtype({{ i{unit * 8} }}) {base}, i32 0, i32 {index})"
        return self._access_index(call, node)

    def _access_index(self, call: str, node: str) -> str:
        name = self._new()
        self.lines.append(f"  {name} = {call}{self._debug}, !llvm.preserve.access.index {node}")
        return name

    def element_address(self, address: ir.ElementAddress) -> str:
        index = address.index
        if isinstance(index, ir.Constant) and address.size is None:
            if address.relocatable:
                name = self._declared("@llvm.preserve.array.access.index.p0.p0",
                                      "ptr @llvm.preserve.array.access.index.p0.p0(ptr, i32 immarg, i32 immarg)")
                node = self._array_node(address.base, address.span)
                return self._access_index(
                    f"call ptr {name}(ptr elementtype([{address.count} x [{address.stride} x i8]]) "
                    f"{self._operand(address.base)}, i32 1, i32 {index.value})", node)
            return self._part(address.base, index.value * address.stride)
        wide = self._operand(index)
        if register_type(index.type) != "i64":  # LLVM would sign-extend a narrow index
            signed = isinstance(index.type, types.IntType) and index.type.signed
            wide = self._value(f"{'sext' if signed else 'zext'} {register_type(index.type)} {wide} to i64")
        if address.compared:
            hidden = self._value(f'call i64 asm sideeffect "", "=r,0"(i64 {wide})')
            within = self._value(f"icmp ult i64 {hidden}, {address.count}")
            wide = self._value(f"select i1 {within}, i64 {hidden}, i64 0")
        base = self._base(address.base)
        if address.size is not None:
            offset = self._value(f"mul i64 {wide}, {self._operand(address.size)}")
            return self._value(f"getelementptr inbounds i8, ptr {base}, i64 {offset}")
        pointer = register_type(address.type)
        return self._value(f"getelementptr inbounds [{address.stride} x i8], {pointer} {base}, i64 {wide}")

    def _array_node(self, base: ir.Value, span: Span) -> str:
        """The node of an array's type: the very one of the struct's member, or LLVM starts a new access chain."""
        declared = _declared(base)
        if declared is not None:
            return self._module.debug.types.of_layout(declared)
        if isinstance(base.type, types.Reference) and isinstance(base.type.target, types.ArrayType):
            return self._module.debug.types.of(base.type.target)
        raise InternalError(f"a relocatable element of {base.type}, which is no array", span)

    def pointer_add(self, add: ir.PointerAdd) -> str:
        # Not `inbounds` in a packet: that would let LLVM assume that the sum is inside of it before it is checked.
        inside = "inbounds " if add.inside else ""
        return self._value(f"getelementptr {inside}i8, ptr {self._base(add.base)}, {self._typed(add.offset)}")

    # Memory.

    def load(self, load: ir.Load) -> str:
        volatile = "volatile " if load.volatile else ""
        address = self._typed(load.address)
        if isinstance(load.type, types.BoolType):
            byte = self._value(f"load {volatile}i8, {address}, align 1")
            return self._value(f"icmp ne i8 {byte}, 0")
        return self._value(f"load {volatile}{register_type(load.type)}, {address}, align {load.align}")

    def store(self, store: ir.Store) -> None:
        volatile = "volatile " if store.volatile else ""
        value = self._typed(store.value)
        if isinstance(store.value.type, types.BoolType):
            value = f"i8 {self._value(f'zext {value} to i8')}"
        self._line(f"store {volatile}{value}, {self._typed(store.address)}, align {store.align}")

    def _context(self, context: ir.Value) -> str:
        # Without it LLVM may merge the accesses of two arms into one at a computed offset.
        name = self._declared("@llvm.preserve.static.offset", "ptr @llvm.preserve.static.offset(ptr)")
        return self._value(f"call ptr {name}(ptr {self._operand(context)})")

    def context_load(self, load: ir.ContextLoad) -> str:
        address = self._offset(self._context(load.context), load.byte_offset)
        width = register_type(load.type)
        if width == "ptr":
            if load.field.size == 8:
                return self._value(f"load ptr, ptr {address}, align 8")
            word = self._value(f"load i32, ptr {address}, align 4")
            word = self._value(f"zext i32 {word} to i64")
            return self._value(f"inttoptr i64 {word} to ptr")
        wider = self._wider_field(load.field, load.type)
        if wider:  # volatile: LLVM would read only the bytes that are used, which not every field allows
            word = self._value(f"load volatile i{wider}, ptr {address}, align {wider // 8}")
            if width == "i1":
                return self._value(f"icmp ne i{wider} {word}, 0")
            return self._value(f"trunc i{wider} {word} to {width}")
        if width == "i1":
            byte = self._value(f"load i8, ptr {address}, align 1")
            return self._value(f"icmp ne i8 {byte}, 0")
        return self._value(f"load {width}, ptr {address}, align {load.type.size}")

    def context_store(self, store: ir.ContextStore) -> None:
        address = self._offset(self._context(store.context), store.byte_offset)
        wider = self._wider_field(store.field, store.value.type)
        value = self._typed(store.value)
        if wider or isinstance(store.value.type, types.BoolType):
            width = wider or 8
            value = f"i{width} {self._value(f'zext {value} to i{width}')}"
            self._line(f"store volatile {value}, ptr {address}, align {width // 8}")
        else:
            self._line(f"store volatile {value}, ptr {address}, align {store.value.type.size}")

    @staticmethod
    def _wider_field(field: ContextField, type_: types.Type) -> int:
        """The width of a scalar field in bits if it is wider than its value (`protocol`: be16 in a __u32), else 0."""
        if field.type.startswith("Array[") or type_.size >= field.size:
            return 0
        return field.size * 8

    def copy_memory(self, copy: ir.CopyMemory) -> None:
        align = copy.align
        target, source = _Pointer(self, copy.target), _Pointer(self, copy.source)
        spaces = (ir.pointer_space(copy.target), ir.pointer_space(copy.source))
        if types.Space.OBJECT in spaces:
            self._copy_one_by_one(copy, spaces)
            return
        steps = memory.plan_copy(copy.size, align)
        if steps.looped:
            def step(offset: str) -> None:
                unit = f"i{steps.step * 8}"
                value = self._value(f"load {unit}, {source.at(offset)}, align {steps.step}")
                self._line(f"store {unit} {value}, {target.at(offset)}, align {steps.step}")
            self._loop(steps.looped, steps.step, step)
        name = f"@llvm.memcpy.p{target.space}.p{source.space}.i64"
        for piece in steps.pieces:
            self._declared(name, f"void {name}({target.type}, {source.type}, i64, i1 immarg)")
            to, read = (pointer.part(piece.offset) for pointer in (target, source))
            self._line(f"call void {name}({target.type} align {align} {to}, {source.type} align {align} {read}, "
                       f"i64 {piece.size}, i1 false)")

    def _copy_one_by_one(self, copy: ir.CopyMemory, spaces: tuple[types.Space | None, ...]) -> None:
        """Access by access: the verifier takes none that covers two fields, so the optimiser must not join them. Of
        many it must not put off the stores either, for it would run out of registers."""
        target, source = _Pointer(self, copy.target), _Pointer(self, copy.source)
        step = min(copy.align, 8)
        many = copy.size > memory.NARROW_ACCESSES_IN_PIECE * step
        to, read = ("volatile " if many or space is types.Space.OBJECT else "" for space in spaces)
        for offset in range(0, copy.size, step):
            unit = f"i{step * 8}"
            value = self._value(f"load {read}{unit}, {source.type} {source.part(offset)}, align {step}")
            self._line(f"store {to}{unit} {value}, {target.type} {target.part(offset)}, align {step}")

    def zero_memory(self, zero: ir.ZeroMemory) -> None:
        target, align = _Pointer(self, zero.target), zero.align
        steps = memory.plan(zero.size, align)
        if steps.looped:
            def step(offset: str) -> None:
                self._line(f"store i{steps.step * 8} 0, {target.at(offset)}, align {steps.step}")
            self._loop(steps.looped, steps.step, step)
        name = f"@llvm.memset.p{target.space}.i64"
        # Volatile where there are several: LLVM would merge them into one that is too large to expand.
        volatile = "true" if len(steps.pieces) > 1 else "false"
        for piece in steps.pieces:
            self._declared(name, f"void {name}({target.type}, i8, i64, i1 immarg)")
            self._line(f"call void {name}({target.type} align {align} {target.part(piece.offset)}, i8 0, "
                       f"i64 {piece.size}, i1 {volatile})")

    def _loop(self, size: int, step: int, body: Callable[[str], None]) -> None:
        """`body` for each offset below `size`. The function attribute "no-builtins" keeps it from becoming memcpy."""
        number = self._count = self._count + 1
        counter = f"%offset.{number}"
        self._allocas.append(f"  {counter} = alloca i64")
        self._line(f"store i64 0, ptr {counter}")
        self._line(f"br label %step.{number}")
        self.lines.append(f"step.{number}:")
        offset = self._value(f"load i64, ptr {counter}")
        body(offset)
        following = self._value(f"add nuw nsw i64 {offset}, {step}")
        self._line(f"store i64 {following}, ptr {counter}")
        again = self._value(f"icmp ult i64 {following}, {size}")
        self._line(f"br i1 {again}, label %step.{number}, label %done.{number}")
        self.lines.append(f"done.{number}:")

    # Calls.

    def _call(self, callee: str, result: types.Type, arguments: tuple[ir.Value, ...], widened: str = "") -> str | None:
        passed = ", ".join(self._argument(argument) for argument in arguments)
        text = f"call {widened}{register_type(result)} {callee}({passed})"
        if isinstance(result, types.VoidType):
            self._line(text)
            return None
        return self._value(text)

    def helper_call(self, call: ir.HelperCall) -> str | None:
        return self._call(f"inttoptr (i64 {call.helper.number} to ptr)", call.type, call.arguments)

    def field_info(self, info: ir.FieldInfo) -> str:
        name = self._declared("@llvm.bpf.preserve.field.info.p0",
                              "i32 @llvm.bpf.preserve.field.info.p0(ptr, i64 immarg)")
        return self._value(f"call i32 {name}(ptr {self._operand(info.address)}, i64 {info.fact.value})")

    def type_info(self, info: ir.TypeInfo) -> str:
        intrinsic, number = info.fact.value
        result = register_type(info.type)
        name = self._declared(f"@llvm.bpf.{intrinsic}", f"{result} @llvm.bpf.{intrinsic}(i32, i64)")
        node = self._module.debug.types.of_layout(info.subject)
        return self._value(f"call {result} {name}(i32 {self._module.sequence()}, i64 {number})",
                           f", !llvm.preserve.access.index {node}")

    def enum_info(self, info: ir.EnumInfo) -> str:
        name = self._declared("@llvm.bpf.preserve.enum.value", "i64 @llvm.bpf.preserve.enum.value(i32, ptr, i64)")
        node = self._module.debug.types.of_layout(info.enumeration)
        text = self._module.enum_text(info)
        return self._value(f"call i64 {name}(i32 {self._module.sequence()}, ptr {text}, i64 {int(not info.exists)})",
                           f", !llvm.preserve.access.index {node}")

    def kernel_call(self, call: ir.KernelCall) -> str | None:
        # The kernel's compilers leave what is above a bool or a u8 as it was: the caller extends it, as clang has it.
        return self._call(self._module.kernel_function(call.function), call.type, call.arguments)

    def kernel_function_test(self, test: ir.KernelFunctionTest) -> str:
        # Of two tests LLVM would make one, `(a | b) != 0`, and the verifier knows no `|` of addresses.
        return self._hidden_bit(self._value(f"icmp ne ptr {self._module.kernel_function(test.function)}, null"))

    def function_call(self, call: ir.FunctionCall) -> str | None:
        callee = self._module.function(call.function, call.span)
        expected = [register_type(parameter.type) for parameter in callee.parameters]
        given = [register_type(argument.type) for argument in call.arguments]
        if expected != given:
            raise InternalError(f"{callee.name} takes ({', '.join(expected)}), not ({', '.join(given)})", call.span)
        # A function that others may replace (freplace) can be clang's, which leaves extending to the caller.
        widened = extension(callee.result) if callee.linkage is ir.Linkage.STATIC else ""
        return self._call(symbol(callee.name), callee.result, call.arguments, widened)

    def atomic(self, atomic: ir.Atomic) -> str | None:
        address, value = self._typed(atomic.address), self._typed(atomic.value)
        if atomic.operator is ir.AtomicOperator.COMPARE_EXCHANGE:
            if atomic.expected is None:
                raise InternalError("a compare-and-exchange without the expected value", atomic.span)
            pair = self._value(f"cmpxchg {address}, {self._typed(atomic.expected)}, {value} seq_cst seq_cst")
            old = self._value(f"extractvalue {{ {register_type(atomic.value.type)}, i1 }} {pair}, 0")
            return old if atomic.used else None
        # monotonic with the result used is miscompiled; seq_cst with it unused needs a newer kernel and cpu.
        ordering = "seq_cst" if atomic.used or atomic.operator is ir.AtomicOperator.EXCHANGE else "monotonic"
        old = self._value(f"atomicrmw {atomic.operator.value} {address}, {value} {ordering}")
        return old if atomic.used else None


class _Pointer:
    """An address that whole stretches of memory are reckoned from.

    Attributes:
        type: the LLVM type.
        space: LLVM's number of the address space.
    """

    def __init__(self, emitter: FunctionEmitter, value: ir.Value) -> None:
        self._emitter = emitter
        self._operand = emitter._operand(value)
        self.type = register_type(value.type)
        self.space = int(self.type.removeprefix("ptr addrspace(").removesuffix(")")) if self.type != "ptr" else 0

    def at(self, offset: str) -> str:
        """The typed operand of the byte at an offset in a register."""
        made = self._emitter._value(f"getelementptr inbounds i8, {self.type} {self._operand}, i64 {offset}")
        return f"{self.type} {made}"

    def part(self, offset: int) -> str:
        """The operand of the byte at a constant offset."""
        return self._emitter._offset(self._operand, offset, self.type) if offset else self._operand


def _is_anonymous(base: ir.Value) -> bool:
    """Whether an address is that of a member without a name."""
    return isinstance(base, ir.FieldAddress) and not base.struct.layout.fields[base.index].name


def _declared(base: ir.Value) -> layout.AnyType | None:
    """The type of a struct's member, or of a row of it, as the struct declares it; None for other addresses."""
    if isinstance(base, ir.FieldAddress):
        return base.struct.layout.fields[base.index].type
    outer = _declared(base.base) if isinstance(base, ir.ElementAddress) else None
    return outer.element if isinstance(outer, layout.ArrayType) else None


def _unit(struct: layout.StructType, field: layout.Field) -> int:
    """The bytes, aligned by their number, that a bit field lies in."""
    unit = min(max(struct.align, field.type.size), 8)
    while unit < 8 and field.bit_offset // (unit * 8) != (field.bit_offset + field.bits - 1) // (unit * 8):
        unit *= 2  # in a packed struct
    return unit


def _slot_align(type_: types.Type) -> int:
    """At least what the size allows up to 8 bytes, so that copies and zeroing may use whole words."""
    word = 8 if type_.size >= 8 else 4 if type_.size >= 4 else 1
    return max(type_.align, word)


_Emit = Callable[[FunctionEmitter, Any], "str | None"]

_EMITTERS: dict[type[ir.Instruction], _Emit] = {
    ir.LocalRead: FunctionEmitter.local_read,
    ir.LocalWrite: FunctionEmitter.local_write,
    ir.Binary: FunctionEmitter.binary,
    ir.Compare: FunctionEmitter.compare,
    ir.Convert: FunctionEmitter.convert,
    ir.ByteSwap: FunctionEmitter.byte_swap,
    ir.Opaque: FunctionEmitter.opaque,
    ir.Barrier: FunctionEmitter.barrier,
    ir.Keep: FunctionEmitter.keep,
    ir.Assume: FunctionEmitter.assume,
    ir.SlotAddress: FunctionEmitter.slot_address,
    ir.FieldAddress: FunctionEmitter.field_address,
    ir.ElementAddress: FunctionEmitter.element_address,
    ir.PointerAdd: FunctionEmitter.pointer_add,
    ir.Load: FunctionEmitter.load,
    ir.Store: FunctionEmitter.store,
    ir.ContextLoad: FunctionEmitter.context_load,
    ir.ContextStore: FunctionEmitter.context_store,
    ir.CopyMemory: FunctionEmitter.copy_memory,
    ir.ZeroMemory: FunctionEmitter.zero_memory,
    ir.MapAddress: FunctionEmitter.map_address,
    ir.GlobalAddress: FunctionEmitter.global_address,
    ir.StringAddress: FunctionEmitter.string_address,
    ir.FunctionAddress: FunctionEmitter.function_address,
    ir.HelperCall: FunctionEmitter.helper_call,
    ir.KernelCall: FunctionEmitter.kernel_call,
    ir.KernelFunctionTest: FunctionEmitter.kernel_function_test,
    ir.FieldInfo: FunctionEmitter.field_info,
    ir.TypeInfo: FunctionEmitter.type_info,
    ir.EnumInfo: FunctionEmitter.enum_info,
    ir.FunctionCall: FunctionEmitter.function_call,
    ir.Atomic: FunctionEmitter.atomic,
}

"""From the compiler's IR to a finished BPF object: emit, generate code, strip, check.

Importing this package loads little, so that `start_early` can come first of all; `generate` loads the rest.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ...record import value_record
from .codegen import CodegenFailure, CodegenUnavailable, run_codegen, start_early, stop

if TYPE_CHECKING:
    from ..ir import module as ir

__all__ = ["CodegenFailure", "CodegenUnavailable", "GeneratedObject", "generate", "start_early", "stop"]


@value_record
class GeneratedObject:
    data: bytes  # the ELF object
    llvm: str  # LLVM text before optimisation
    optimised: str | None  # and behind it, where it was asked for
    seconds: dict[str, float]  # emission; codegen, with parse, optimise, emit and child within it; finish


def generate(module: ir.Module, cpu: str = "v3", *, optimised: bool = False) -> GeneratedObject:
    """Compile a verified module to an object file, the same bytes for the same module and source.

    Args:
        module: the IR.
        cpu: the BPF instruction set, "v1" to "v4".
        optimised: whether the optimised LLVM text is wanted too; it costs some milliseconds.

    Raises:
        CodegenFailure: LLVM refuses the program, for example for its stack size.
        InternalError: a bug in pybpfc.
    """
    from .emit import emit
    from .postcheck import check
    from .strip import strip

    start = time.perf_counter()
    text = emit(module, cpu)
    emitted = time.perf_counter()
    result = run_codegen(text, cpu, optimised)
    compiled = time.perf_counter()
    data = strip(result.object)
    check(data, module)
    seconds = {"emission": emitted - start, "codegen": compiled - emitted, **result.seconds,
               "finish": time.perf_counter() - compiled}
    return GeneratedObject(data, text, result.optimised, seconds)

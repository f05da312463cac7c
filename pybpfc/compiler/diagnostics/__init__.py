"""Diagnostics: the values (`diagnostic`), the catalogue of mistakes (one file per range of codes), the renderers."""

from .diagnostic import CompileError, Diagnostic, Label

__all__ = ["CompileError", "Diagnostic", "Label"]

"""One diagnostic: what went wrong, where, why, and the way out.

A diagnostic is a frozen dataclass per mistake. Its class holds the code and the wording as templates over
its fields; the logic that finds the mistake fills in fields and never formats a sentence. Renderers
(terminal, one line, JSON) work on the parts alone.
"""

from __future__ import annotations

from typing import ClassVar

from ...record import record
from ..source import Span


@record
class Label:
    """A span with a few words; the primary one is underlined with carets, others with dashes."""

    span: Span
    text: str
    primary: bool = False


@record
class Diagnostic:
    """The base of all diagnostics; a subclass sets `code` and `title` and adds its fields.

    Templates are `str.format` strings over the dataclass fields. `related` names span-valued fields whose
    template becomes a secondary label; a field that is None leaves its label out.
    """

    span: Span

    code: ClassVar[str] = ""
    severity: ClassVar[str] = "error"
    title: ClassVar[str] = ""
    label: ClassVar[str] = ""
    related: ClassVar[dict[str, str]] = {}
    note: ClassVar[str | tuple[str, ...]] = ()
    help: ClassVar[str | tuple[str, ...]] = ()

    def _fill(self, template: str) -> str:
        return template.format_map(vars(self))

    @property
    def message(self) -> str:
        return self._fill(self.title)

    @property
    def labels(self) -> tuple[Label, ...]:
        """The primary label first."""
        found = [Label(self.span, self._fill(self.label), primary=True)]
        for name, template in self.related.items():
            span = getattr(self, name)
            if span is not None:
                found.append(Label(span, self._fill(template)))
        return tuple(found)

    @property
    def notes(self) -> tuple[str, ...]:
        return self._all(self.note)

    @property
    def helps(self) -> tuple[str, ...]:
        return self._all(self.help)

    def _all(self, templates: str | tuple[str, ...]) -> tuple[str, ...]:
        if isinstance(templates, str):
            templates = (templates,)
        return tuple(text for text in map(self._fill, templates) if text)

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


class CompileError(Exception):
    """The program has errors; `diagnostics` holds all of them, warnings too, in source order."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.diagnostics = diagnostics
        super().__init__(_summary(diagnostics))


def _summary(diagnostics: tuple[Diagnostic, ...]) -> str:
    from .render import one_line

    return "\n".join(one_line(item) for item in diagnostics)

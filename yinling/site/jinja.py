"""The one template environment. Rooms add filters and globals through `yinling.shell.templating`."""

import re
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from markupsafe import Markup, escape

from yinling.shell.templating import install

_PACKAGE = Path(__file__).resolve().parent.parent


# Whether a text has anything to escape: `isalnum` knows most at once, Chinese ones too.
_marks = re.compile(r"""[&<>"']""").search


class _Generator(CodeGenerator):
    """What a template puts out goes through `Page.escaped` instead of markupsafe's function."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Page(Environment):
    """A list puts out a thousand values, nearly all of them short texts without a mark: to find that out takes a
    quarter of the time in which markupsafe makes each a Markup, which nobody asks for in what is put out."""

    code_generator_class = _Generator

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Without names of its own a template has those of the house, not a chain that is walked in every page."""
        return super().make_globals(d) if d else self.globals

    @staticmethod
    def escaped(value: Any) -> Any:
        """Of a value on its way out; what comes back is a text that is safe in HTML."""
        kind = type(value)
        if kind is str:
            return value if value.isalnum() or not _marks(value) else escape(value)
        return value if kind is Markup else escape(value)


def environment(**options: Any) -> Environment:
    """Templates of every room by path: `governance/cockpit.html` lies in governance/templates/governance/."""
    options["loader"] = FileSystemLoader(sorted(str(p) for p in _PACKAGE.glob("*/templates")))
    options["undefined"] = StrictUndefined
    options["trim_blocks"] = options["lstrip_blocks"] = True
    env = Page(**options)
    install(env)
    return env

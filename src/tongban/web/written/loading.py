"""Templates as they are loaded: Django reads them, a function renders them."""

from __future__ import annotations

from collections.abc import Callable

from django.template import Context
from django.template.base import NodeList, Origin, Template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.template.loaders import cached
from django.utils.safestring import SafeString

from tongban.web.written.scope import CannotError
from tongban.web.written.writing import function_of


class Written(NodeList):
    """What Django ``read`` of a template, rendered by a function that is made when it is first asked for. What cannot be written as one,
    and what Django itself puts together, is rendered as Django does."""

    def __init__(self, template: Template) -> None:
        super().__init__(template.nodelist)
        self.read, self.template = template.nodelist, template
        self.page: Callable[[Context], str] | None = None
        self.left = ""
        """why it is left to Django, "" where it is not"""

    def render(self, context: Context) -> SafeString:
        page = self.page or self.make()
        if (
            page is None
            or not context.autoescape
            or context.render_context.get(BLOCK_CONTEXT_KEY) is not None
        ):
            return self.read.render(context)
        return SafeString(page(context))

    def make(self) -> Callable[[Context], str] | None:
        """Make the function now; None where there can be none."""
        if not self.left and self.page is None:
            try:
                self.page = function_of(self.template)
            except CannotError as fault:
                self.left = str(fault)
        return self.page


class Loader(cached.Loader):
    """On a developer's machine templates are left to Django, which says where one goes wrong."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        if not (self.engine.debug or self.engine.string_if_invalid or isinstance(template.nodelist, Written)):
            template.nodelist = Written(template)
        return template

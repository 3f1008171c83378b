"""Pages from templates: everything that is put into them is escaped; what is missing is an error."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from redactor_console.web import shown


class Templates:
    """The console's templates."""

    def __init__(self, *, root: str = "", version: str = "0") -> None:
        """`root`: what stands before every path, where the console is mounted. `version`: of the files that pages ask
        for."""
        self._environment = Environment(
            loader=PackageLoader("redactor_console"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"root": root, "static": f"{root}/static/{version}"}
        self._environment.filters |= shown.FILTERS

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        """A page of this template."""
        return HTMLResponse(self.text(template, **context), status)

    def text(self, template: str, **context: Any) -> str:
        """What a template gives."""
        return self._environment.get_template(template).render(context)

"""Source maps that are named and not shipped."""

from __future__ import annotations

from typing import Any

from faststatic_storages.run.options import check_flag
from faststatic_storages.run.staging import StagedStorageMixin


class Warned:
    """What a run has warned of: Django looks at some files more than once."""

    def __init__(self) -> None:
        self.references: set[tuple[str, str]] = set()


class SourceMapsMixin(StagedStorageMixin):
    """Warn of a source map that is missing, where ``sourcemap_strict`` is off."""

    sourcemap_strict: bool

    def _our_options(self) -> dict[str, Any]:
        return {**super()._our_options(), "sourcemap_strict": True}

    def _check_options(self) -> None:
        super()._check_options()
        check_flag("sourcemap_strict", self.sourcemap_strict)

    def url_converter(self, name: str, *args: Any, **kwargs: Any) -> Any:
        convert = super().url_converter(name, *args, **kwargs)
        template = args[1] if len(args) > 1 else kwargs.get("template")
        if self.sourcemap_strict or "sourceMappingURL" not in (template or ""):
            return convert

        def converter(match: Any) -> Any:
            try:
                return convert(match)
            except ValueError:
                self._warn_of_source_map(name, match["url"])
                return match["matched"]

        return converter

    def _warn_of_source_map(self, name: str, url: str) -> None:
        run = self._entered_run()
        warned = run.part(Warned).references
        if (name, url) not in warned:
            warned.add((name, url))
            run.options.log(
                f"Warning: {name!r} names the source map {url.strip()!r}, which is not "
                "there. The reference is left as it is.",
                1,
            )

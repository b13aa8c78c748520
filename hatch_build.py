"""Build hook: the wheel carries the application files inside the package; an editable install reads them in place."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

APP_FILES = ("app.py", "pages", "data", ".streamlit/config.toml")


class AppFilesHook(BuildHookInterface):
    """Put the application files under ``mixplan/_app`` so that ``mixplan serve`` works from an empty folder."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files to include, for a real wheel only."""
        if version == "standard":
            build_data["force_include"].update({name: f"mixplan/_app/{name}" for name in APP_FILES})

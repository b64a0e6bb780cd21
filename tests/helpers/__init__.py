"""What tests import by name; fixtures and hooks stand in each `conftest`."""

NO_CHROMIUM = "there is no chromium here: apt-get install chromium-headless-shell"

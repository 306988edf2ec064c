"""Settings of a server under load tests: as installed, but the API does not count how often one caller asks."""

from tongban.config.settings import *  # noqa: F403

TONGBAN_API_LIMITS = 0

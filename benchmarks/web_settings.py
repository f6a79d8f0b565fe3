"""The product's settings with one more address: a view that does nothing, to compare with."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.web_urls"

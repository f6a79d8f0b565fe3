"""Facts in: files of the merchant and rows of the API, through the same checks."""

from sales.importers.refused import refused_csv
from sales.importers.templates import template_csv, write_templates
from sales.services.files import CANONICAL, KINDS, LAYOUTS, ONLINE_RETAIL, LoadOptions, load_files
from sales.services.rows import Recorded, RowError, record

__all__ = [
    "CANONICAL",
    "KINDS",
    "LAYOUTS",
    "ONLINE_RETAIL",
    "LoadOptions",
    "Recorded",
    "RowError",
    "load_files",
    "record",
    "refused_csv",
    "template_csv",
    "write_templates",
]

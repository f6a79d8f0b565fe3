"""The templates are files that load as they are; the page names every column."""

from pathlib import Path

import pytest
from django.core.management import call_command

from sales.importers.canonical import WRITERS
from sales.models import ImportBatch, OrderLine

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    call_command("import_templates", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_template_loads_without_a_refusal(folder: Path, ending: str) -> None:
    files = sorted(folder.glob(f"*.{ending}"))
    assert len(files) == len(WRITERS)

    call_command("load_data", *map(str, files))

    batches = ImportBatch.objects.all()
    assert [(batch.file_name, batch.refused) for batch in batches if batch.refused] == []
    assert all(batch.loaded for batch in batches)
    assert OrderLine.objects.get(quantity__lt=0).order.number == "O-5002"


def test_the_page_names_every_column_and_word(folder: Path) -> None:
    page = (folder / "README.md").read_text("utf-8")

    for name, writer in WRITERS.items():
        assert f"\n## {name}\n" in page
        assert all(f"| `{column.name}`" in page for column in writer.columns)
    assert "`在售`" in page


def test_the_templates_in_the_docs_are_those_of_today(folder: Path) -> None:
    for name in ("README.md", *(f"{kind}.csv" for kind in WRITERS)):
        assert (ROOT / "docs/import" / name).read_bytes() == (folder / name).read_bytes(), (
            "run manage.py import_templates"
        )

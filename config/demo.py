"""Set up the demo shop: facts, a login and an API key, each only where it is missing."""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

from catalog.models import Product
from config.demo_shop import generate, write_csv
from config.models import ApiKey, Scope
from jobs.models import Job, Run


@dataclass(frozen=True)
class Login:
    """What a visitor of the demo shop needs."""

    user: str
    password: str
    api_key: str


def folder() -> Path:
    """Where the demo shop's files, its truth and its login are kept."""
    return settings.VAR_DIR / "demo"


def is_own_shop() -> bool:
    """Whether the database holds a shop that this command did not make."""
    return Product.objects.exists() and not _login_file().exists()


def _login_file() -> Path:
    return folder() / "login.json"


def fill_shop(*, today: date) -> bool:
    """Generate and load the demo shop into an empty shop; whether anything was loaded."""
    if Product.objects.exists():
        return False
    shop = generate(today=today)
    write_csv(shop, folder())
    call_command("load_data", str(folder()), "--format", "zhanggui")
    return True


def ensure_login() -> Login:
    """The demo's member of staff and API key; made once, with random secrets."""
    path = _login_file()
    users = get_user_model().objects
    if path.exists() and users.filter(username="demo").exists():
        return Login(**json.loads(path.read_text("utf-8")))
    users.filter(username="demo").delete()
    password = secrets.token_urlsafe(9)
    users.create_superuser("demo", "demo@example.com", password)
    _, key = ApiKey.objects.create_key(name="demo", scopes=list(Scope.values))
    login = Login("demo", password, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(login), indent=2), "utf-8")
    path.chmod(0o600)
    return login


def has_run_for(day: date) -> bool:
    """Whether a nightly run for the day has finished, every job of it."""
    unfinished = Job.objects.exclude(state=Job.State.DONE).values("run_id")
    runs = Run.objects.filter(as_of=day, jobs__isnull=False)
    return runs.exclude(pk__in=unfinished.filter(run__isnull=False)).exists()

"""``manage.py demo``: a shop to look around in, with its first night behind it."""

from typing import Any

from django.core.management import BaseCommand, call_command
from django.utils import timezone

from config import demo


class Command(BaseCommand):
    help = "Make the demo shop, run its night, and print the login. Safe to repeat."

    def handle(self, **_options: Any) -> None:
        today = timezone.localdate()
        call_command("migrate", verbosity=0)
        if demo.is_own_shop():
            self.stdout.write("This shop holds facts of its own; nothing was changed.")
            return
        login = demo.ensure_login()
        if demo.fill_shop(today=today):
            self.stdout.write(self.style.SUCCESS("The demo shop is loaded."))
        if not demo.has_run_for(today):
            call_command("nightly", "--as-of", today.isoformat())
        self.stdout.write(
            f"\nLogin    {login.user} / {login.password}\nAPI key  {login.api_key}\n"
            "Truth    var/demo/truth (what the models try to find)\n"
        )

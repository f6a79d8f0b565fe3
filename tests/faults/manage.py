"""``manage.py`` with the fault jobs known, and commands that set a fault up.

``queue NUMBER SECONDS POISON`` queues jobs; ``schedule NUMBER SECONDS`` makes schedule entries
that are due at once; any other command is the product's.
"""

import sys

from django.core.management import execute_from_command_line

from tests.faults import app, staging  # noqa: F401 - app makes Django ready for staging

if __name__ == "__main__":
    match sys.argv[1:]:
        case ["set_up"]:
            staging.set_up()
        case ["queue", number, seconds, poison]:
            staging.queue_many(int(number), float(seconds), int(poison))
        case ["schedule", number, seconds]:
            staging.schedule(int(number), float(seconds))
        case arguments:
            execute_from_command_line(["manage.py", *arguments])

"""Staff of each role, logged in."""

from django.contrib.auth.models import Group, User
from django.test import Client


def client_of(group: str) -> Client:
    """A client of somebody in the group ``Manager`` or ``Analyst``."""
    user = User.objects.create_user(f"a {group}", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client

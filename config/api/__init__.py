"""The REST API: keys, pages, errors, and one router for every app."""

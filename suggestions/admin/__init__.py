"""The review inbox: one list of every kind, one page per suggestion."""

from suggestions.admin.inbox import SuggestionAdmin

__all__ = ["SuggestionAdmin"]

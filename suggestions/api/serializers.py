"""Suggestions as a script sees them."""

from typing import ClassVar

from rest_framework import serializers

from suggestions.models import Suggestion, say


class SuggestionSerializer(serializers.ModelSerializer[Suggestion]):
    """One suggestion with its reason, guardrails and assumptions in the reader's language."""

    reason = serializers.CharField(source="reason_in_words", read_only=True)
    guardrails = serializers.SerializerMethodField()
    assumptions = serializers.SerializerMethodField()

    class Meta:
        model = Suggestion
        fields: ClassVar = [
            "id",
            "kind",
            "subject_key",
            "subject",
            "subject_zh",
            "state",
            "as_of",
            "expires_on",
            "created_at",
            "unit",
            "current_value",
            "suggested_value",
            "chosen_value",
            "effect",
            "effect_low",
            "effect_high",
            "effect_days",
            "risk",
            "reason",
            "evidence",
            "guardrails",
            "assumptions",
            "decided_at",
            "decided_by",
            "applied_at",
        ]

    def get_guardrails(self, suggestion: Suggestion) -> list[str]:
        return [say(message) for message in suggestion.guardrails]

    def get_assumptions(self, suggestion: Suggestion) -> list[str]:
        return [say(message) for message in suggestion.assumptions]


class ApprovalSerializer(serializers.Serializer[None]):
    """``value`` replaces the computed one; ``note`` is kept in the history."""

    value = serializers.DecimalField(max_digits=14, decimal_places=2, required=False)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class RejectionSerializer(serializers.Serializer[None]):
    """A rejection says why."""

    note = serializers.CharField(max_length=500)

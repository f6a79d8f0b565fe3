"""How demand answers to prices, what the merchant allows, and what is suggested."""

from pricing.models.elasticity import Elasticity
from pricing.models.policy import PricePolicy
from pricing.models.suggestion import PriceSuggestion

__all__ = ["Elasticity", "PricePolicy", "PriceSuggestion"]

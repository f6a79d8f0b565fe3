"""A generated shop whose truth is known: two years of a Chinese homeware, tea and gift shop."""

from config.demo_shop.shop import DemoShop, generate, write_csv

__all__ = ["DemoShop", "generate", "write_csv"]

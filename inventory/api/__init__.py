"""The stock room over REST: counts, movements and receipts in, levels and orders out."""

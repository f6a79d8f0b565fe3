"""Facts over REST: products, customers, orders and events in, the first three out."""

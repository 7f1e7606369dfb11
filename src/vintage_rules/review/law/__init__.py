"""A policy held against dated statute: what the law asks, and what the policy says. No advice."""

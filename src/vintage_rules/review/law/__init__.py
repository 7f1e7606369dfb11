"""A policy compared with dated statute: the law, and what the policy says. No advice."""

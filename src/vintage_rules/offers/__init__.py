"""Who may offer what, and what a piece for sale lives through: its offers, its public price, its
place in the catalogue.
"""

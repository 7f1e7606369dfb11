"""A vintage shop to look at: FastAPI, Jinja and HTMX over the library's marketplace.

It holds no rule of its own: what a page shows comes from the library's queries and rules, and is
said in its words. The shop itself keeps people, pictures, carts and what its stand-ins for a bank
and a carrier have to remember.

    settings.py   where the store is, by environment variables
    host.py       the host's own tables
    stand_ins.py  a bank, PayPal, a carrier and a letter box that need no account anywhere
    demo.py       two hundred pieces, a few people, and what they have done so far
    security.py   sessions, tokens against forged forms, limits on guessing
    site.py       the shop as pages see it; visit.py: one request
    pages/        one module for each part of the shop
    texts/        what the interface says, in English and French
"""

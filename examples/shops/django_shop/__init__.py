"""The shop in Django: an order and the host's own row of it are committed together.

    python -m django migrate --settings examples.shops.django_shop.settings
    python -m django work --settings examples.shops.django_shop.settings
    python -m django runserver --settings examples.shops.django_shop.settings

settings.py   the policy, the database and the secrets; shop.py: the marketplace they make
models.py     a row of the host's own for each purchase
views.py      the requests, and what the library raises as a status; urls.py: their addresses
admin.py      purchases with the lives of their orders, and the cases for review
management/   `work`: a round of the worker
"""

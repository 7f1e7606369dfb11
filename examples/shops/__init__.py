"""One shop over HTTP, served by Django, FastAPI or Flask.

core.py            what all three share: settings, what is sent and answered, the status of errors
django_shop/       Django: with its admin, a command for the worker, a model of the host's own
fastapi_shop.py    FastAPI: with the worker beside it
flask_shop.py      Flask: with a command for the worker, a table of the host's own
__main__.py        the same requests to each: `python -m examples.shops django`
"""

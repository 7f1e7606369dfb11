"""The settings of the site; those of the shop are in SHOP."""

import os

from sqlalchemy import make_url

SHOP = {
    "store": os.environ.get("SHOP_STORE", "sqlite:///build/django_shop.db"),
    "site": os.environ.get("SHOP_SITE", "http://127.0.0.1:8000"),
    "policy": os.environ.get("SHOP_POLICY", "imparfaite"),
    "secret": os.environ.get("SHOP_SECRET", "32 random bytes, kept like a key"),
    "stripe_key": os.environ.get("SHOP_STRIPE_KEY", ""),
    "stripe_webhook_secret": os.environ.get("SHOP_STRIPE_WEBHOOK_SECRET", ""),
}
# The host's rows and the shop's are in one database, so that they are committed together.
_STORE = make_url(SHOP["store"])
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": _STORE.database}
    if _STORE.get_backend_name() == "sqlite"
    else {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _STORE.database,
        "USER": _STORE.username,
        "PASSWORD": _STORE.password,
        "HOST": _STORE.host or _STORE.query.get("host"),
        "PORT": _STORE.port,
    }
}
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "a secret of the sessions")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
USE_TZ = True  # the shop's moments have their offset
ROOT_URLCONF = "examples.shops.django_shop.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "static/"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "examples.shops.django_shop",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "examples.shops.django_shop.views.AnswerErrors",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

"""A Django project of one file: Wagtail, and what it needs."""

import os
import sys

import django
from django.conf import settings
from django.core.management import execute_from_command_line

CONTRIB = ["admin", "auth", "contenttypes", "sessions", "messages", "staticfiles", "sites", "flatpages"]
WAGTAIL = [
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.search_promotions",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
]

settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ["PGDATABASE"],
            "HOST": os.environ["PGHOST"],
            "PORT": os.environ["PGPORT"],
            "USER": os.environ["PGUSER"],
            "PASSWORD": os.environ["PGPASSWORD"],
        }
    },
    INSTALLED_APPS=[f"django.contrib.{name}" for name in CONTRIB] + WAGTAIL,
    SECRET_KEY="none",
    SITE_ID=1,
    STATIC_URL="/static/",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    WAGTAIL_SITE_NAME="site",
    WAGTAILADMIN_BASE_URL="http://localhost",
    MIDDLEWARE=[],
    ROOT_URLCONF="project",
    SILENCED_SYSTEM_CHECKS=["admin.E403", "admin.E408", "admin.E409", "admin.E410"],
)
urlpatterns = []

if __name__ == "__main__":
    sys.modules["project"] = sys.modules["__main__"]
    django.setup()
    execute_from_command_line([sys.argv[0], *sys.argv[1:], "--skip-checks"])

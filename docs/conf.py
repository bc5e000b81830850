"""How Sphinx builds these pages: ``tox -e docs``, which needs no network."""

import os

import faststatic_storages

project = "faststatic_storages"
copyright = "faststatic_storages contributors"
version = release = faststatic_storages.__version__

extensions = ["sphinx.ext.autodoc"]
html_theme = "furo"
exclude_patterns = ["_build"]
nitpicky = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
# The vendors' SDKs are not needed to write about our classes.
autodoc_mock_imports = ["azure", "boto3", "botocore", "google", "pytest", "s3transfer"]
autodoc_default_options = {"members": True, "undoc-members": False}

# Links into the documentation of others take their inventories, which a build without a
# network does not have: INTERSPHINX=1 tox -e docs.
if os.environ.get("INTERSPHINX"):
    extensions.append("sphinx.ext.intersphinx")
    intersphinx_mapping = {
        "boto3": ("https://boto3.amazonaws.com/v1/documentation/api/latest/", None),
        "django": ("https://docs.djangoproject.com/en/stable/", None),
        "django-storages": ("https://django-storages.readthedocs.io/en/latest/", None),
        "python": ("https://docs.python.org/3/", None),
    }

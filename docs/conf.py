"""How Sphinx builds these pages: ``tox -e docs``, which needs no network."""

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
# The vendors' SDKs are not needed to write about the contract.
autodoc_default_options = {"members": True, "undoc-members": False}

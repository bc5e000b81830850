"""
What tests a provider: a suite for pytest, to inherit.

::

    from faststatic_storages.testing import ProviderConformance

    class TestMyProvider(ProviderConformance):
        @pytest.fixture
        def storage(self):
            with my_server() as url:
                yield MyStaticStorage(url=url, location="static")
"""

import pytest

# Before it is imported: only then do its assertions say what they compare.
pytest.register_assert_rewrite("faststatic_storages.testing.conformance")

from faststatic_storages.testing.conformance import ProviderConformance  # noqa: E402

__all__ = ["ProviderConformance"]

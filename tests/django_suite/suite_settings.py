"""What Django's ``runtests.py`` needs; the rest it sets itself."""

DATABASES = {
    alias: {"ENGINE": "django.db.backends.sqlite3"} for alias in ("default", "other")
}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SECRET_KEY = "django_tests_secret_key"
TEST_RUNNER = "suite_runner.SuiteRunner"
USE_TZ = False

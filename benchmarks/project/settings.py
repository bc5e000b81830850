"""The settings that the benchmark passes, one contender's at a time."""

import json
import os

SECRET_KEY = "benchmark"
USE_TZ = True
STATIC_URL = "/static/"
INSTALLED_APPS = ["django.contrib.staticfiles"]

globals().update(json.loads(os.environ["BENCHMARK_SETTINGS"]))

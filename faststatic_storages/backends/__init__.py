"""The ready-made classes, named as in django-storages."""

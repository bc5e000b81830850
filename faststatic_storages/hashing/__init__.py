"""Django's manifest hashing without the work that it repeats."""

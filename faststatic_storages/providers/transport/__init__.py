"""How objects travel, by obstore or by a vendor's SDK: what the vendors share."""

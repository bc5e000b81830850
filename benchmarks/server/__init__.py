"""An S3 in memory, with injected latency and exact request counts."""
